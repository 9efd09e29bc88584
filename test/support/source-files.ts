import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One import statement or expression. */
export interface Import {
  /** Path from the root of the repository for a file of ours, otherwise the module's name. */
  readonly target: string;
  readonly own: boolean;
  /** Only types: nothing is loaded at run time. */
  readonly typeOnly: boolean;
  /** `import()`: loaded when that line runs. */
  readonly dynamic: boolean;
}

/** One text file of the repository. */
export interface SourceFile {
  /** From the root of the repository, such as `src/main.ts`. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
}

const STATIC_IMPORT =
  /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*'([^']+)'\s*\)/g;

/** The files with one of these extensions in a folder and the folders in it, by path. */
export function sourceFiles(folder: string, ...extensions: readonly string[]): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.some((ext) => entry.name.endsWith(ext)))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const statics = [...text.matchAll(STATIC_IMPORT)].map(([, type, from, bare]) =>
    toImport(path, from ?? bare ?? '', type !== undefined, false),
  );
  const dynamics = [...text.matchAll(DYNAMIC_IMPORT)].map(([, from]) =>
    toImport(path, from ?? '', false, true),
  );
  return { path, lines: text.split('\n'), imports: [...statics, ...dynamics] };
}

function toImport(path: string, specifier: string, typeOnly: boolean, dynamic: boolean): Import {
  const own = specifier.startsWith('.');
  const target = own ? join(dirname(path), specifier).replaceAll('\\', '/') : specifier;
  return { target, own, typeOnly, dynamic };
}
