import { type ChannelModel, connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { waitFor } from '../support/wait-for.ts';
import { FragileDisk, mayBreakDisks } from './fragile-disk.ts';

const why = mayBreakDisks
  ? ''
  : ' (skipped: needs root on Linux, ext4 and a loop device that can be given an error)';
const TIMEOUT_MS = 60_000;

describe.skipIf(!mayBreakDisks)(
  `a file system that becomes read-only while the broker runs${why}`,
  { timeout: TIMEOUT_MS },
  () => {
    let disk: FragileDisk;
    let broker: Broker;
    let connections: ChannelModel[] = [];

    beforeEach(async () => {
      disk = new FragileDisk();
      await start();
    });

    afterEach(async () => {
      await stop();
      disk.remove();
    });

    async function start(): Promise<void> {
      broker = await Broker.start({ port: 0, dataDir: disk.dataDir, diskFreeLimit: 0 });
    }

    async function stop(): Promise<void> {
      for (const connection of connections) await connection.close().catch(() => {});
      connections = [];
      await broker.stop();
    }

    async function open(): Promise<ChannelModel> {
      const connection = await connect(broker.url);
      connection.on('error', () => {});
      connections.push(connection);
      return connection;
    }

    it('blocks publishers and not consumers, and loses nothing that was confirmed', async () => {
      const connection = await open();
      const publisher = await connection.createConfirmChannel();
      await publisher.assertQueue('q', { durable: true });
      for (const text of ['1', '2', '3']) {
        publisher.sendToQueue('q', Buffer.from(text), { persistent: true });
      }
      await publisher.waitForConfirms();
      disk.makeReadOnly();

      let isBlocked = false;
      let isConfirmed = false;
      connection.on('blocked', () => {
        isBlocked = true;
      });
      publisher.sendToQueue('q', Buffer.from('4'), { persistent: true }, (error) => {
        isConfirmed = error === null;
      });
      await waitFor('the publisher to be blocked', () => isBlocked, 15_000);
      expect(isConfirmed).toBe(false);

      const consumer = await (await open()).createChannel();
      const first = await consumer.get('q');
      if (first === false) throw new Error('no message');
      expect(first.content.toString()).toBe('1');
      consumer.ack(first);

      await stop();
      disk.repair();
      await start();
      const channel = await (await open()).createChannel();
      const left: string[] = [];
      for (;;) {
        const message = await channel.get('q', { noAck: true });
        if (message === false) break;
        left.push(message.content.toString());
      }
      // The first one's acknowledgement could not be written: it comes again.
      expect(left).toEqual(['1', '2', '3']);
      expect(isConfirmed).toBe(false);
    });
  },
);
