/**
 * The compiled file that a thread starts with.
 * @param name of a file in this folder, without its extension
 */
export function workerEntry(name: string): URL {
  // Tests run the sources, but worker threads can't: they run what was built from them.
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/shards/' : './';
  return new URL(`${folder}${name}.js`, import.meta.url);
}
