import { type ChannelModel, connect } from 'amqplib';
import { Broker } from '../../src/broker.ts';

/** A broker on a disk that fails in a test, and its clients. */
export class BrokerOnDisk {
  private readonly dataDir: string;
  private broker: Broker | null = null;
  private connections: ChannelModel[] = [];

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  /** The disk may really fill: the alarm that comes before is off. */
  async start(): Promise<void> {
    this.broker = await Broker.start({ port: 0, dataDir: this.dataDir, diskFreeLimit: 0 });
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) await connection.close().catch(() => {});
    this.connections = [];
    await this.broker?.stop();
    this.broker = null;
  }

  /** A connection that may be told that it is blocked, and may be closed while it is. */
  async open(): Promise<ChannelModel> {
    if (this.broker === null) throw new Error('the broker is not running');
    const connection = await connect(this.broker.url);
    connection.on('error', () => {});
    this.connections.push(connection);
    return connection;
  }

  /** Takes everything out of a queue. */
  async drain(queue: string): Promise<{ id: string; text: string }[]> {
    const channel = await (await this.open()).createChannel();
    const found: { id: string; text: string }[] = [];
    for (;;) {
      const message = await channel.get(queue, { noAck: true });
      if (message === false) return found;
      const { content, properties } = message;
      found.push({ id: String(properties.messageId), text: content.toString() });
    }
  }
}
