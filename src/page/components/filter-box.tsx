import { useEffect, useState } from 'preact/hooks';
import { type Route, withQuery } from '../model/route.ts';
import { goTo } from './use-route.ts';

/** Pause in typing after which the list is asked for, in milliseconds. */
const TYPING_MS = 250;

/** Narrows a list to names that contain a text. */
export function FilterBox({ route, noun }: { readonly route: Route; readonly noun: string }) {
  const filter = route.query.filter ?? '';
  const [text, setText] = useState(filter);
  // The address may change without the box: by the back button or a link.
  useEffect(() => setText(filter), [filter]);
  useEffect(() => {
    if (text === filter) return;
    const timer = setTimeout(() => {
      goTo(withQuery(route, { filter: text, page: undefined }), true);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, filter, route]);
  return (
    <search class="filter">
      <input
        type="search"
        aria-label={`Filter ${noun} by name`}
        placeholder="Filter by name"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </search>
  );
}
