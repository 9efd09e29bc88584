import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  connect,
  type GetMessage,
  type Options,
} from 'amqplib';
import { afterEach, beforeEach } from 'vitest';
import type { BrokerCore } from '../../src/amqp-control/broker-core.ts';
import { Broker } from '../../src/broker.ts';
import type { StartOptions } from './broker.ts';
import { RawClient } from './raw-client.ts';

/** A broker with a data directory of its own, which can be stopped and started again. */
export class DurableSession {
  private readonly options: StartOptions;
  private broker: Broker | null = null;
  private connections: ChannelModel[] = [];
  private rawClients: RawClient[] = [];
  private directory = '';

  constructor(options: StartOptions) {
    this.options = options;
  }

  get dataDir(): string {
    return this.directory;
  }

  async open(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'directmq-store-'));
    await this.start();
  }

  async start(): Promise<void> {
    this.broker = await Broker.start({ port: 0, dataDir: this.directory, ...this.options });
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) await connection.close().catch(() => {});
    for (const client of this.rawClients) client.destroy();
    this.connections = [];
    this.rawClients = [];
    await this.broker?.stop();
    this.broker = null;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true });
  }

  /** Stops the broker in an orderly way and starts another on the same directory. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  get running(): Broker {
    if (this.broker === null) throw new Error('the broker is not started');
    return this.broker;
  }

  /** Does something to what the broker consists of. */
  administer(work: (core: BrokerCore) => void): void {
    this.running.administer(work);
  }

  async connect(): Promise<ChannelModel> {
    const connection = await connect(this.running.url, { noDelay: true });
    connection.on('error', () => {});
    this.connections.push(connection);
    return connection;
  }

  async channel(): Promise<Channel> {
    const channel = await (await this.connect()).createChannel();
    channel.on('error', () => {});
    return channel;
  }

  async confirmChannel(): Promise<ConfirmChannel> {
    const channel = await (await this.connect()).createConfirmChannel();
    channel.on('error', () => {});
    return channel;
  }

  /** A raw client that is logged in as guest and has channel 1 open. */
  async rawChannel(): Promise<RawClient> {
    const client = await RawClient.connect(this.running.port, this.running.host);
    this.rawClients.push(client);
    await client.login();
    await client.openChannel(1);
    return client;
  }

  /** Publishes persistent messages through the default exchange and waits for their confirms. */
  async publish(
    queue: string,
    bodies: readonly string[],
    options: Options.Publish = {},
  ): Promise<void> {
    const channel = await this.confirmChannel();
    for (const body of bodies) {
      channel.sendToQueue(queue, Buffer.from(body), { persistent: true, ...options });
    }
    await channel.waitForConfirms();
  }

  /** Takes everything out of a queue. */
  async drain(queue: string): Promise<GetMessage[]> {
    const channel = await this.channel();
    const messages: GetMessage[] = [];
    for (;;) {
      const message = await channel.get(queue, { noAck: true });
      if (message === false) return messages;
      messages.push(message);
    }
  }

  /** The bodies of everything in a queue, which is empty afterwards. */
  async bodies(queue: string): Promise<string[]> {
    return (await this.drain(queue)).map(({ content }) => content.toString());
  }
}

/** Gives every test of the surrounding suite a broker with a data directory. */
export function useDurableBroker(options: StartOptions = {}): DurableSession {
  const session = new DurableSession(options);
  beforeEach(() => session.open());
  afterEach(() => session.close());
  return session;
}
