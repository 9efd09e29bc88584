import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';

const imports = [...sourceFiles('src/client', '.ts'), ...sourceFiles('src/wire', '.ts')].flatMap(
  (file) => file.imports,
);

describe('the client', () => {
  it('loads nothing but its own files, those of the wire, and modules of Node.js', () => {
    const others = imports.filter(({ own, target }) =>
      own ? !/^src\/(client|wire)\//.test(target) : !target.startsWith('node:'),
    );
    expect(others).toEqual([]);
  });

  it('starts neither threads nor processes', () => {
    const modules = new Set(imports.filter(({ own }) => !own).map(({ target }) => target));
    expect([...modules].sort()).toEqual(['node:events', 'node:net', 'node:tls']);
  });
});
