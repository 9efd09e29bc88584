import { describe, expect, it } from 'vitest';
import { OPTION_ENTRIES } from '../../src/config/options.ts';
import { accepted, printed, refused } from './support.ts';

const run = (...argv: string[]) => accepted({ argv });
const refusal = (...argv: string[]) => refused({ argv });

describe('the command line', () => {
  it('sets an option by its flag', async () => {
    expect(await run('--port', '5673', '--host', '0.0.0.0')).toMatchObject({
      port: 5673,
      host: '0.0.0.0',
    });
  });

  it('takes the value behind an equals sign too', async () => {
    expect((await run('--port=0')).port).toBe(0);
  });

  it('switches a flag on and off', async () => {
    expect((await run()).direct).toBe(false);
    expect((await run('--direct')).direct).toBe(true);
    expect((await run('--no-direct')).direct).toBe(false);
  });

  it('reads names between commas, and no names from an empty text', async () => {
    expect((await run('--loopback-users', 'guest, admin')).loopbackUsers).toEqual([
      'guest',
      'admin',
    ]);
    expect((await run('--loopback-users', '')).loopbackUsers).toEqual([]);
  });

  it('refuses an unknown option, suggests the one meant and names all', async () => {
    const line = await refusal('--shrads', '4');
    expect(line).toMatch(/^unknown option --shrads; did you mean --shards\? \(valid: --help, /);
    expect(line).toContain('--frame-max');
  });

  it('suggests nothing when nothing resembles an unknown option', async () => {
    expect(await refusal('--zzzzzzzz=1')).toMatch(/^unknown option --zzzzzzzz \(valid: /);
  });

  it('refuses an argument that is no option', async () => {
    expect(await refusal('start')).toMatch(/^unexpected argument start \(valid: /);
  });

  it('refuses a flag whose value is missing', async () => {
    expect(await refusal('--port')).toBe("option '--port <number>' argument missing");
  });

  it('refuses an option given twice', async () => {
    expect(await refusal('--port', '1', '--port', '2')).toBe(
      '--port is given 2 times (valid: once)',
    );
  });

  it('refuses a value out of range and names the range', async () => {
    expect(await refusal('--port', '65536')).toBe(
      '--port: "65536" is not valid (valid: 0 to 65535)',
    );
  });

  it('refuses a word that is none of the choices and names them', async () => {
    expect(await refusal('--log-level', 'loud')).toBe(
      '--log-level: "loud" is not valid (valid: fatal, error, warn, info, debug, trace, silent)',
    );
  });

  it('refuses a list of users, which does not fit into an argument', async () => {
    expect(await refusal('--users', 'a')).toMatch(/^unknown option --users/);
  });

  it('shortens a long value in the refusal and keeps it on one line', async () => {
    const line = await refusal('--identity', `x\n${'y'.repeat(1000)}`);
    expect(line.length).toBeLessThan(200);
    expect(line).not.toContain('\n');
  });
});

describe('--help', () => {
  it('describes every option that the command line offers, within 100 columns', async () => {
    const text = await printed('--help');
    for (const [name, option] of OPTION_ENTRIES) {
      if (name !== 'users') expect(text).toContain(`--${option.flag}`);
    }
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('states range, default and precedence', async () => {
    const text = await printed('-h');
    expect(text).toContain('(0 to 65535; default:');
    expect(text).toMatch(/Command line goes before environment before config file before default/);
  });
});

describe('--version', () => {
  it('prints the name and the version', async () => {
    expect(await printed('--version')).toMatch(/^directmq \d+\.\d+\.\d+\S*\n$/);
  });
});
