/** The first arguments of `directmq` that name a tool; anything else concerns the broker. */
export const TOOL_NAMES: ReadonlySet<string> = new Set([
  'publish',
  'consume',
  'get',
  'declare',
  'bind',
  'unbind',
  'purge',
  'delete',
  'ping',
  'bench',
  'check',
  'backup',
  'definitions',
]);
