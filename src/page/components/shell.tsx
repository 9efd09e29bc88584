import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../api/context.ts';
import { formatRoute, type Route } from '../model/route.ts';
import { Icon, type IconName } from './icon.tsx';
import { Mark } from './mark.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

interface Place {
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
}

const PLACES: readonly Place[] = [
  { name: 'overview', title: 'Overview', icon: 'overview' },
  { name: 'queues', title: 'Queues', icon: 'queues' },
  { name: 'exchanges', title: 'Exchanges', icon: 'exchanges' },
  { name: 'connections', title: 'Connections', icon: 'connections' },
  { name: 'direct', title: 'Direct Mode', icon: 'direct' },
  { name: 'threads', title: 'Threads', icon: 'threads' },
  { name: 'latency', title: 'Latency', icon: 'latency' },
  { name: 'events', title: 'Events', icon: 'events' },
  { name: 'admin', title: 'Admin', icon: 'admin' },
];

interface ShellProps {
  readonly route: Route;
  readonly said: string;
  readonly onLogOut: () => void;
  readonly children: ComponentChildren;
}

/** What stays around every view: where one is, where one can go, and who one is. */
export function Shell({ route, said, onLogOut, children }: ShellProps) {
  const { user } = usePage();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const here = route.segments[0] ?? 'overview';
  useMainFocus(route, main);

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="rail">
        <a class="brand" href={formatRoute([])}>
          <Mark /> DirectMQ
        </a>
        <button
          type="button"
          class="menu-button"
          aria-expanded={open}
          aria-controls="page-nav"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'close' : 'menu'} />
          <span class="unseen">Menu</span>
        </button>
        <nav id="page-nav" class={open ? 'places open' : 'places'} aria-label="Views">
          {PLACES.map(({ name, title, icon }) => (
            <a
              key={name}
              href={formatRoute([name])}
              aria-current={name === here ? 'page' : undefined}
              onClick={() => setOpen(false)}
            >
              <Icon name={icon} /> {title}
            </a>
          ))}
        </nav>
        <div class={open ? 'account open' : 'account'}>
          <ThemeSwitch />
          <span class="who">{user}</span>
          <button type="button" onClick={onLogOut}>
            Log out
          </button>
        </div>
      </header>
      <main id="page-main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <p class={said === '' ? 'said' : 'said shown'} role="status" aria-live="polite">
        {said}
      </p>
    </>
  );
}

/** A new view takes the focus, so that keyboards and screen readers go on from its beginning. */
function useMainFocus(route: Route, main: { readonly current: HTMLElement | null }): void {
  const place = route.segments.join('/');
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [place, main]);
}
