import { once } from 'node:events';
import { connect } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { within } from '../support/wait-for.ts';
import { RunningCommand } from './command.ts';

/** More than the broker takes without messages, and little to fill. */
const MARK = '64MiB';
/** V8 looks for garbage by itself when a process has stood still for eight seconds. */
const SOON_MS = 6000;
const BODY_OCTETS = 64 * 1024;

describe('a broker whose memory is full', () => {
  let command: RunningCommand | null = null;

  afterEach(async () => {
    command?.process.kill('SIGKILL');
    await command?.ended();
  });

  it('lets publishers go on soon after its queues were purged, though nothing else happens', async () => {
    command = new RunningCommand([
      ...['--port', '0', '--management-port', '-1', '--shards', '0'],
      ...['--memory-high-water', MARK, '--queue-memory', '0'],
    ]);
    const [, port] = /amqp=127\.0\.0\.1:(\d+)/.exec(await command.firstLine()) ?? [];
    const publisher = await connect(`amqp://guest:guest@127.0.0.1:${port}`);
    const other = await connect(`amqp://guest:guest@127.0.0.1:${port}`);
    const blocked = once(publisher, 'blocked');
    const unblocked = once(publisher, 'unblocked');
    const channel = await publisher.createConfirmChannel();
    await channel.assertQueue('q');
    let isBlocked = false;
    void blocked.then(() => {
      isBlocked = true;
    });
    while (!isBlocked) {
      const confirmed = new Promise((resolve) => {
        channel.sendToQueue('q', Buffer.alloc(BODY_OCTETS), {}, resolve);
      });
      await Promise.race([confirmed, blocked]);
    }
    const purger = await other.createChannel();
    expect((await purger.purgeQueue('q')).messageCount).toBeGreaterThan(100);
    await within('the publisher to be unblocked', unblocked, SOON_MS);
    await channel.waitForConfirms();
    await publisher.close();
    await other.close();
  });
});
