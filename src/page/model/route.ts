/**
 * Addresses inside the page: everything behind the `#`, such as
 * `#/queues/%2F/orders?sort=messages`. A hash needs no support from the server, and the browser's
 * back button and bookmarks work.
 */
export interface Route {
  /** Decoded, without empty parts: `['queues', '/', 'orders']`. */
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const segments = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  return { segments, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** Query values that are undefined or empty are left out. */
export function formatRoute(
  segments: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, value);
  }
  const text = search.toString();
  return `#/${segments.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** The same place with some of the query changed. */
export function withQuery(
  route: Route,
  change: Readonly<Record<string, string | undefined>>,
): string {
  return formatRoute(route.segments, { ...route.query, ...change });
}

/** An address that someone mistyped is still an address. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
