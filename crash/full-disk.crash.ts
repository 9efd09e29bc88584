import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { expect, it } from 'vitest';
import { waitFor } from '../test/support/wait-for.ts';
import { BrokerProcess } from './broker-process.ts';

/** Small, but more than a new data directory takes. */
const DISK_MEBIBYTES = 24;
const BALLAST_OCTETS = 6 * 1024 * 1024;
const BODY = Buffer.alloc(10_000, 'x');
const BURST = 20;
const CONSUMED = 50;
/** The disk is full long before. */
const MESSAGES_MAX = 10_000;
const DEADLINE_MS = 30_000;

/** A publisher that goes on until it is blocked. */
class Publisher {
  confirmed = 0;
  blocked = false;
  readonly channel: ConfirmChannel;

  private constructor(connection: ChannelModel, channel: ConfirmChannel) {
    this.channel = channel;
    connection.on('blocked', () => {
      this.blocked = true;
    });
    connection.on('unblocked', () => {
      this.blocked = false;
    });
  }

  static async connect(broker: BrokerProcess): Promise<Publisher> {
    const connection = await broker.connect();
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q', { durable: true });
    return new Publisher(connection, channel);
  }

  async fill(): Promise<void> {
    for (let sent = 0; !this.blocked && sent < MESSAGES_MAX; sent += BURST) {
      for (let i = 0; i < BURST; i++) {
        this.channel.sendToQueue('q', BODY, { persistent: true }, (error) => {
          if (error === null || error === undefined) this.confirmed++;
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await waitFor('connection.blocked', () => this.blocked, DEADLINE_MS);
  }
}

/** Why there can be no file system of our own, or null. */
function obstacle(): string | null {
  if (process.platform !== 'linux') return 'only Linux has tmpfs';
  if (process.getuid?.() !== 0) return 'only root may mount';
  return null;
}

const reason = obstacle();
it.skipIf(reason !== null)(
  `keeps what it confirmed on a disk that is full, and goes on when it has space (${reason ?? 'tmpfs'})`,
  async () => {
    const disk = await mkdtemp(join(tmpdir(), 'directmq-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', disk]);
    try {
      const directory = join(disk, 'data');
      const ballast = join(disk, 'ballast');
      // The alarm would keep the disk from filling.
      const options = ['--disk-free-limit', '0'];
      const broker = await BrokerProcess.start(directory, options);
      await writeFile(ballast, Buffer.alloc(BALLAST_OCTETS));
      const publisher = await Publisher.connect(broker);
      await publisher.fill();
      const consumer = await (await broker.connect()).createChannel();
      for (let i = 0; i < CONSUMED; i++) {
        const message = await consumer.get('q');
        if (message !== false) consumer.ack(message);
      }
      const { confirmed } = publisher;
      await broker.kill();
      expect(confirmed).toBeGreaterThan(CONSUMED);

      const again = await BrokerProcess.start(directory, options);
      const other = await Publisher.connect(again);
      const { messageCount } = await other.channel.checkQueue('q');
      expect(messageCount).toBeGreaterThanOrEqual(confirmed - CONSUMED);
      await other.fill();
      await rm(ballast);
      await waitFor('connection.unblocked', () => !other.blocked, DEADLINE_MS);
      await other.channel.waitForConfirms();
      await again.kill();
    } finally {
      execFileSync('umount', [disk]);
      await rm(disk, { recursive: true });
    }
  },
);
