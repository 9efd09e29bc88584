/** Drawings on a grid of 16, one line thick; they repeat what words beside them say. */
const PATHS = {
  overview: 'M2 9.5 5.5 6l3 3L14 3.5M2 13.5h12',
  threads: 'M2 4h4m4 0h4M6 2.5h4v3H6zM2 12h4m4 0h4M6 10.5h4v3H6zM8 5.5v5',
  direct: 'M1.5 8h11M9 4.5 12.5 8 9 11.5',
  connections:
    'M5.5 10.5l5-5M7 4.5 8.5 3a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5 7.5 13a2.8 2.8 0 0 1-4-4L5 7.5',
  exchanges: 'M2 4h3l6 8h3M2 12h3l6-8h3',
  queues: 'M2 3.5h12v3H2zM2 9.5h12v3H2z',
  latency: 'M8 4.5V8l2.5 1.5M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z',
  events: 'M3 3.5h10M3 8h10M3 12.5h6',
  admin: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM2.5 14c.6-3 2.8-4.3 5.5-4.3s4.9 1.3 5.5 4.3',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3M8 11.6v.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
