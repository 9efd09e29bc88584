import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Programs for the types of amqplib 0.10, which live in a package of their own. */
const OLDER = ['types/promises.ts', 'types/callbacks.ts', 'programs/rpc.ts'];
/** Programs for the types that amqplib 2 brings along. */
const NEWER = ['programs/rpc.ts', 'programs/events.ts', 'programs/callback-edges.ts'];

/** What the two imports of programs stand for. */
const LIBRARIES = {
  '@types/amqplib': {
    programs: OLDER,
    promises: 'node_modules/@types/amqplib/index.d.ts',
    callbacks: 'node_modules/@types/amqplib/callback_api.d.ts',
  },
  amqplib: {
    programs: NEWER,
    promises: 'node_modules/amqplib/index.d.ts',
    callbacks: 'node_modules/amqplib/callback_api.d.ts',
  },
  'directmq/client': {
    programs: [...new Set([...OLDER, ...NEWER])],
    promises: 'src/client/index.ts',
    callbacks: 'src/client/callback.ts',
  },
} as const;

interface Library {
  readonly programs: readonly string[];
  readonly promises: string;
  readonly callbacks: string;
}

/** What the compiler says about the programs; nothing if they are right. */
async function typeErrors({ programs, promises, callbacks }: Library): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  const project = join(folder, 'tsconfig.json');
  const options = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    paths: { amqplib: [join(ROOT, promises)], 'amqplib/callback_api': [join(ROOT, callbacks)] },
  };
  const files = programs.map((program) => join(ROOT, 'test/client', program));
  writeFileSync(project, JSON.stringify({ compilerOptions: options, files }));
  try {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return await outputOf(process.execPath, [compiler, '-p', project]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function outputOf(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

describe('programs written for the types of amqplib', () => {
  it.each(Object.entries(LIBRARIES))('are right with %s', async (_name, library) => {
    expect(await typeErrors(library)).toBe('');
  });
});
