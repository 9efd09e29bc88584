import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { BrokerOnDisk } from './broker-on-disk.ts';
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
    let broker: BrokerOnDisk;

    beforeEach(async () => {
      disk = new FragileDisk();
      broker = new BrokerOnDisk(disk.dataDir);
      await broker.start();
    });

    afterEach(async () => {
      await broker.stop();
      disk.remove();
    });

    it('blocks publishers and not consumers, and loses nothing that was confirmed', async () => {
      const connection = await broker.open();
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

      const consumer = await (await broker.open()).createChannel();
      const first = await consumer.get('q');
      if (first === false) throw new Error('no message');
      expect(first.content.toString()).toBe('1');
      consumer.ack(first);

      await broker.stop();
      disk.repair();
      await broker.start();
      const left = (await broker.drain('q')).map(({ text }) => text);
      // The first one's acknowledgement could not be written: it comes again.
      expect(left).toEqual(['1', '2', '3']);
      expect(isConfirmed).toBe(false);
    });
  },
);
