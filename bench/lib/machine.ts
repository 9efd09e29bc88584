import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** Where and with what figures were made. */
export interface MachineDescription {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryOctets: number;
  readonly kernel: string;
  readonly node: string;
  readonly v8: string;
  /** Short hash of the commit, with `+` behind it if files differ from it. */
  readonly commit: string;
}

/** Describes this machine, this Node and the checkout that `directory` lies in. */
export function describeMachine(directory = '.'): MachineDescription {
  const cpus = os.cpus();
  return {
    cpuModel: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryOctets: os.totalmem(),
    kernel: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    v8: process.versions.v8,
    commit: describeCommit(directory),
  };
}

/** The command that was run, as the user would repeat it. */
export function describeCommand(script: string): string {
  return ['npm run', script, '--', ...process.argv.slice(2)].join(' ');
}

function describeCommit(directory: string): string {
  try {
    const commit = git(directory, 'rev-parse', '--short', 'HEAD');
    const changes = git(directory, 'status', '--porcelain', '--untracked-files=no');
    return changes === '' ? commit : `${commit}+`;
  } catch {
    return 'none';
  }
}

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-C', directory, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
