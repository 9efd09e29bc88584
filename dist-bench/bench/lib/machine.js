import { execFileSync } from 'node:child_process';
import os from 'node:os';
/** Describes this machine, this Node and the checkout in the current directory. */
export function describeMachine() {
    const cpus = os.cpus();
    return {
        cpuModel: cpus[0]?.model.trim() ?? 'unknown',
        cores: cpus.length,
        memoryOctets: os.totalmem(),
        kernel: `${os.type()} ${os.release()} ${os.arch()}`,
        node: process.version,
        v8: process.versions.v8,
        commit: describeCommit(),
    };
}
/** The command that was run, as the user would repeat it. */
export function describeCommand(script) {
    return ['npm run', script, '--', ...process.argv.slice(2)].join(' ');
}
function describeCommit() {
    try {
        const commit = git('rev-parse', '--short', 'HEAD');
        return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
    }
    catch {
        return 'none';
    }
}
function git(...args) {
    return execFileSync('git', args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
}
//# sourceMappingURL=machine.js.map