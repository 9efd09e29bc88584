/** `definitions-2026-11-27.json`, or with the virtual host that they are of. */
export function definitionsFileName(vhost: string, at: Date): string {
  const day = at.toISOString().slice(0, 10);
  const scope = vhost.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '');
  return ['definitions', scope, day]
    .filter((part) => part !== '')
    .join('-')
    .concat('.json');
}
