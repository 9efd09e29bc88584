import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Channel, type ChannelModel, connect } from '../../src/client/index.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { waitFor, within } from '../support/wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

let broker: RunningBroker;
let connection: ChannelModel;
let channel: Channel;

beforeAll(async () => {
  broker = await startBroker();
  connection = await connect(broker.url);
  channel = await connection.createChannel();
});

afterAll(async () => {
  await connection.close();
  await broker.stop();
});

/** A tool in a process of its own, with pipes around it. */
class Tool {
  readonly process: ChildProcess;
  out = '';
  err = '';
  private readonly closed: Promise<unknown>;

  constructor(...argv: string[]) {
    this.process = spawn(process.execPath, [MAIN, ...argv], {
      env: { PATH: process.env.PATH, DIRECTMQ_URL: broker.url },
    });
    this.process.stdout?.on('data', (octets) => {
      this.out += octets;
    });
    this.process.stderr?.on('data', (octets) => {
      this.err += octets;
    });
    this.closed = once(this.process, 'exit');
  }

  /** The exit status, when the process has ended. */
  async ended(): Promise<number | null> {
    await within('the end of the process', this.closed, 15_000);
    return this.process.exitCode;
  }
}

async function countOf(queue: string): Promise<number> {
  return (await channel.checkQueue(queue)).messageCount;
}

/** A queue that other connections may use, too. */
async function sharedQueue(): Promise<string> {
  const { queue } = await channel.assertQueue('', { durable: false });
  return queue;
}

describe('a tool', () => {
  it('ends quietly when nobody reads its output any more', async () => {
    const queue = await sharedQueue();
    for (let i = 0; i < 20_000; i++) channel.sendToQueue(queue, Buffer.from(`message ${i}`));
    const tool = new Tool('consume', queue);
    await waitFor('some output', () => tool.out.includes('message 0\n'));
    tool.process.stdout?.destroy();
    expect(await tool.ended()).toBe(0);
    expect(tool.err).toBe('');
    // What could not be printed was not acknowledged.
    expect(await countOf(queue)).toBeGreaterThan(0);
    await channel.deleteQueue(queue);
  });

  it('that consumes ends in good order at the first SIGINT', async () => {
    const tool = new Tool('consume', '--exchange', 'amq.topic', '--key', '#');
    await waitFor('it to listen', () => {
      channel.publish('amq.topic', 'k', Buffer.from('heard'));
      return tool.out.includes('heard\n');
    });
    tool.process.kill('SIGINT');
    expect(await tool.ended()).toBe(0);
    expect(tool.err).toBe('');
  });

  it('that publishes lines sends what came before a SIGINT, and has a status for it', async () => {
    const queue = await sharedQueue();
    const tool = new Tool('publish', '', queue, '--lines');
    tool.process.stdin?.write('one\ntwo\nthree\n');
    await waitFor('the messages', async () => (await countOf(queue)) === 3);
    tool.process.kill('SIGINT');
    expect(await tool.ended()).toBe(130);
    expect(tool.err).toBe('');
    expect(await countOf(queue)).toBe(3);
    await channel.deleteQueue(queue);
  });

  it('is a link of a pipe', async () => {
    const queue = await sharedQueue();
    for (let i = 0; i < 100; i++) channel.sendToQueue(queue, Buffer.from([i, 0xff]));
    const from = new Tool('consume', queue, '--json', '--count', '100');
    const copies = await sharedQueue();
    const to = new Tool('publish', '', copies, '--json', '--persistent');
    from.process.stdout?.on('data', (octets: Buffer) => {
      to.process.stdin?.write(String(octets).replaceAll(`"${queue}"`, `"${copies}"`));
    });
    expect(await from.ended()).toBe(0);
    to.process.stdin?.end();
    expect(await to.ended()).toBe(0);
    const last = await channel.get(copies, { noAck: true });
    expect(last !== false && [...last.content]).toEqual([0, 0xff]);
    expect(await countOf(copies)).toBe(99);
    for (const name of [queue, copies]) await channel.deleteQueue(name);
  });
});
