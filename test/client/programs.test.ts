import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningBroker, startBroker } from '../support/broker.ts';

/** A program written for amqplib; see the folder `programs`. */
interface Program {
  main(url: string): Promise<string[]>;
}

const PROGRAMS = [
  'work-queue',
  'publish-subscribe',
  'routing',
  'topics',
  'rpc',
  'confirms',
  'headers',
  'callbacks',
  'failures',
  'events',
  'callback-edges',
] as const;

let broker: RunningBroker;
let directBroker: RunningBroker;

beforeAll(async () => {
  broker = await startBroker();
  directBroker = await startBroker({ direct: true });
});

afterAll(async () => {
  await broker.stop();
  await directBroker.stop();
});

afterEach(() => {
  vi.doUnmock('amqplib');
  vi.doUnmock('amqplib/callback_api');
});

/** What the program prints when it gets the real amqplib. */
async function withAmqplib(name: string, url: string): Promise<string[]> {
  vi.resetModules();
  const program = (await import(`./programs/${name}.ts`)) as Program;
  return program.main(url);
}

/** What the same program prints when its import finds this library. */
async function withThisClient(name: string, url: string): Promise<string[]> {
  vi.resetModules();
  vi.doMock('amqplib', () => import('../../src/client/index.ts'));
  vi.doMock('amqplib/callback_api', () => import('../../src/client/callback.ts'));
  const program = (await import(`./programs/${name}.ts`)) as Program;
  return program.main(url);
}

describe.each(PROGRAMS)('the program %s for amqplib', (name) => {
  it('does the same with this library', async () => {
    const expected = await withAmqplib(name, broker.url);
    expect(expected.length).toBeGreaterThan(0);
    expect(await withThisClient(name, broker.url)).toEqual(expected);
  });

  it('does the same in Direct Mode', async () => {
    const expected = await withAmqplib(name, directBroker.url);
    expect(await withThisClient(name, directBroker.url)).toEqual(expected);
  });
});
