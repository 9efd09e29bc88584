import type { ComponentChildren } from 'preact';
import { usePage } from '../api/context.ts';
import { type Route, withQuery } from '../model/route.ts';
import { FilterBox } from './filter-box.tsx';
import { goTo } from './use-route.ts';

interface ListBarProps {
  readonly title: string;
  readonly noun: string;
  readonly route: Route;
  /** What can be done, such as "Declare a queue". */
  readonly children?: ComponentChildren;
}

/** The head of a list: its name, what narrows it, what can be done. */
export function ListBar({ title, noun, route, children }: ListBarProps) {
  return (
    <header class="view-head">
      <h1>{title}</h1>
      <div class="tools">
        <VhostSelect route={route} />
        <FilterBox route={route} noun={noun} />
        {children}
      </div>
    </header>
  );
}

/** Shown only where there is a choice. */
function VhostSelect({ route }: { readonly route: Route }) {
  const { vhosts } = usePage();
  if (vhosts.length < 2) return null;
  return (
    <select
      aria-label="Virtual host"
      value={route.query.vhost ?? ''}
      onChange={({ currentTarget: { value } }) =>
        goTo(withQuery(route, { vhost: value, page: undefined }))
      }
    >
      <option value="">All virtual hosts</option>
      {vhosts.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
