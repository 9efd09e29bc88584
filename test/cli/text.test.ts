import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCommand } from './command.ts';

describe('the command', () => {
  it('prints its help on standard output and exits with 0', async () => {
    const { code, stdout, stderr } = await runCommand(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: directmq \[options\]\n/);
    expect(stdout).toContain('--shards');
  });

  it("prints its package's version and exits with 0", async () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { code, stdout } = await runCommand(['--version']);
    expect(code).toBe(0);
    expect(stdout).toBe(`directmq ${JSON.parse(manifest).version}\n`);
  });
});

describe('the command refuses with one line on standard error and exit code 1', () => {
  const refusals: readonly (readonly [string, string[], Record<string, string>, RegExp])[] = [
    ['an unknown option', ['--shrads', '8'], {}, /--shrads; did you mean --shards\?/],
    [
      'an unacceptable value',
      ['--port', 'x'],
      {},
      /--port: "x" is not valid \(valid: 0 to 65535\)/,
    ],
    ['a contradiction', ['--shards', '0', '--writers', '2'], {}, /writers 2 needs shards/],
    [
      'an unknown variable',
      [],
      { DIRECTMQ_PROT: '1' },
      /DIRECTMQ_PROT; did you mean DIRECTMQ_PORT/,
    ],
    ['a config file that is missing', ['--config', '/none.toml'], {}, /cannot read \/none\.toml/],
  ];

  for (const [what, args, environment, line] of refusals) {
    it(what, async () => {
      const { code, stdout, stderr } = await runCommand(args, environment);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(line);
      expect(stderr).toMatch(/^directmq: [^\n]+\n$/);
    });
  }
});
