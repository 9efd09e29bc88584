import { describe, expect, it } from 'vitest';
import { completeOptions, type GivenOptions } from '../../src/config/complete.ts';
import { embeddedOptions } from '../../src/config/embedded.ts';
import { OPTION_ENTRIES } from '../../src/config/options.ts';
import { accountsOf } from '../../src/config/users.ts';
import { MACHINE } from './support.ts';

const command = (given: GivenOptions = {}, cores = 6) =>
  completeOptions(given, 'command', { ...MACHINE, cores });
const program = (given: GivenOptions = {}) => completeOptions(given, 'program', MACHINE);

describe('defaults', () => {
  it('leave one core to main but have at least one shard', () => {
    expect(command({}, 8).shards).toBe(7);
    expect(command({}, 2).shards).toBe(1);
    expect(command({}, 1).shards).toBe(1);
  });

  it('have one writer, and none without shards', () => {
    expect(command().writers).toBe(1);
    expect(command({ shards: 0 }).writers).toBe(0);
  });

  it('keep an embedded broker in one thread and quiet', () => {
    expect(program()).toMatchObject({ shards: 0, writers: 0, logLevel: 'silent' });
    expect(program({ shards: 2 })).toMatchObject({ shards: 2, writers: 1 });
  });

  it("take a share of the machine's memory, in octets, and never too little to work with", () => {
    expect(command().memoryHighWater).toBe(400_000_000);
    expect(command({ memoryHighWater: 0 }).memoryHighWater).toBe(0);
    expect(command({ memoryHighWater: 20_000_000 }).memoryHighWater).toBe(20_000_000);
    expect(command({ memoryHighWater: 0.000001 }).memoryHighWater).toBe(16_777_216);
  });

  it('let queues have half of that at most before they are paged out', () => {
    expect(command().queueMemory).toBe(200_000_000);
    expect(command({ queueMemory: 1_000_000 }).queueMemory).toBe(1_000_000);
    expect(command({ queueMemory: 0.5 }).queueMemory).toBe(200_000_000);
    expect(command({ memoryHighWater: 100_000_000 }).queueMemory).toBe(50_000_000);
    expect(command({ memoryHighWater: 0, queueMemory: 0.5 }).queueMemory).toBe(500_000_000);
    expect(command({ queueMemory: 0 }).queueMemory).toBe(0);
  });

  it('fill in every option', () => {
    const options = command();
    for (const [name] of OPTION_ENTRIES) expect(options[name]).not.toBeUndefined();
  });

  it('change nothing about options that are complete', () => {
    const options = command({ memoryHighWater: 0.3 });
    expect(program(options)).toEqual(options);
  });

  it('stand in for what is undefined', () => {
    expect(program({ port: undefined }).port).toBe(5672);
  });
});

describe('contradictions', () => {
  const refusals: readonly (readonly [GivenOptions, string])[] = [
    [{ shards: 0, writers: 2 }, 'writers 2 needs shards (valid with shards 0: writers 0)'],
    [{ shards: 2, writers: 0 }, 'shards 2 needs writers'],
    [
      { feedWarnMessages: 11, feedDropMessages: 10 },
      'feed-warn-messages 11 is more than feed-drop-messages 10 (valid: at most 10)',
    ],
    [
      { feedWarnOctets: 33_554_433 },
      'feed-warn-octets 33554433 is more than feed-drop-octets 33554432 (valid: at most 33554432)',
    ],
    [
      { feedWarnOctets: 1, feedDropOctets: 1_000_000 },
      'direct-max-content 2097152 is more than feed-drop-octets 1000000 (valid: at most 1000000)',
    ],
    [{ anonymous: 'nobody' }, 'anonymous: there is no user nobody (valid: none, guest)'],
    [{ users: [user('a'), user('a')] }, 'users: a is listed twice'],
    [
      { users: [{ ...user('a'), permissions: { x: { configure: '', write: '', read: '' } } }] },
      'users: a has permissions in x, which is not a virtual host (valid: /)',
    ],
  ];

  for (const [given, line] of refusals) {
    it(`are refused: ${line}`, () => {
      expect(() => command(given)).toThrow(line);
    });
  }

  it('do not include a limit that equals its counterpart', () => {
    expect(command({ feedWarnMessages: 10, feedDropMessages: 10 }).feedWarnMessages).toBe(10);
  });
});

describe('options from a program', () => {
  it('are refused by the name the program uses', async () => {
    await expect(embeddedOptions({ port: 99_999 })).rejects.toThrow(
      'port: 99999 is not valid (valid: 0 to 65535)',
    );
  });

  it('are refused when unknown, with the one meant', async () => {
    const misspelt: object = { prot: 0 };
    await expect(embeddedOptions(misspelt)).rejects.toThrow(
      /^unknown option prot; did you mean port\? \(valid: host, port, /,
    );
  });

  it('may include users, which are checked', async () => {
    expect((await embeddedOptions({ users: [user('a')] })).users).toEqual([user('a')]);
    await expect(embeddedOptions({ users: [user('')] })).rejects.toThrow(/^users\[0\]\["name"\]: /);
  });
});

describe('accounts', () => {
  it('are the default user, who may do everything everywhere, when no user is configured', () => {
    const everything = { configure: '.*', write: '.*', read: '.*' };
    expect(accountsOf(command({ vhosts: ['/', 'a'], defaultPass: 'x' }))).toEqual([
      {
        name: 'guest',
        password: 'x',
        tags: ['administrator'],
        permissions: { '/': everything, a: everything },
      },
    ]);
  });

  it('are the configured users and nobody else', () => {
    expect(accountsOf(command({ users: [user('a')] }))).toEqual([user('a')]);
  });
});

function user(name: string) {
  return { name, password: 'secret' };
}
