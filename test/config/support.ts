import { parseInvocation } from '../../src/config/invocation.ts';
import type { Machine } from '../../src/config/machine.ts';
import type { BrokerOptions } from '../../src/config/options.ts';

/** A machine of which every default is easy to tell from a number in the table. */
export const MACHINE: Machine = { cores: 6, memoryOctets: 1_000_000_000 };

/** Where options may come from in a test; `files` by path. */
export interface Sources {
  readonly argv?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

function parse({ argv = [], environment = {}, files = {} }: Sources) {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return text;
  };
  return parseInvocation(argv, environment, readFile, MACHINE);
}

/** The options that come of these sources; fails when they are refused. */
export async function accepted(sources: Sources): Promise<BrokerOptions> {
  const invocation = await parse(sources);
  if (invocation.kind === 'run') return invocation.options;
  throw new Error(invocation.kind === 'refused' ? invocation.line : 'nothing to run');
}

/** The line with which these sources are refused; fails when they are accepted. */
export async function refused(sources: Sources): Promise<string> {
  const invocation = await parse(sources);
  if (invocation.kind === 'refused') return invocation.line;
  throw new Error('accepted');
}

/** The text that these arguments print; fails when they print none. */
export async function printed(...argv: readonly string[]): Promise<string> {
  const invocation = await parse({ argv });
  if (invocation.kind === 'print') return invocation.text;
  throw new Error('nothing to print');
}
