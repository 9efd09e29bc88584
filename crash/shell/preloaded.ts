import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = new URL('../../../crash/native/', import.meta.url);

/** A library that is put between a broker and its C library, with what it is told. */
export interface Preloaded {
  readonly library: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Compiles one of `crash/native`.
 *
 * @param workDirectory for the library
 * @returns the library's path
 * @throws Error if there is no C compiler
 */
export function compileLibrary(name: string, workDirectory: string): string {
  const library = join(workDirectory, `${name}.so`);
  const source = fileURLToPath(new URL(`${name}.c`, SOURCES));
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread']);
  return library;
}

/** What a broker is started with so that it meets all of them, the first one first. */
export function environmentOf(preloaded: readonly Preloaded[]): Record<string, string> {
  if (preloaded.length === 0) return {};
  const environments = preloaded.map(({ environment }) => environment);
  const libraries = preloaded.map(({ library }) => library).join(':');
  return Object.assign({ LD_PRELOAD: libraries }, ...environments);
}
