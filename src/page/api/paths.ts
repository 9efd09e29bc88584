/** Paths of the API, below `api/`. Names may hold any character, so every part is encoded. */
export function path(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

/** RabbitMQ's API names the default exchange so where a name can't be left out. */
const DEFAULT_EXCHANGE = 'amq.default';

export function queuePath(vhost: string, name: string, ...rest: readonly string[]): string {
  return path('queues', vhost, name, ...rest);
}

export function exchangePath(vhost: string, name: string, ...rest: readonly string[]): string {
  return path('exchanges', vhost, name === '' ? DEFAULT_EXCHANGE : name, ...rest);
}

export function bindingPath(
  vhost: string,
  source: string,
  kind: 'queue' | 'exchange',
  destination: string,
  ...rest: readonly string[]
): string {
  return path('bindings', vhost, 'e', source, kind === 'queue' ? 'q' : 'e', destination, ...rest);
}

/** A list of the whole broker, or of one virtual host. */
export function listPath(list: string, vhost: string | undefined): string {
  return vhost === undefined || vhost === '' ? path(list) : path(list, vhost);
}

export function withSearch(to: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? to : `${to}?${search}`;
}
