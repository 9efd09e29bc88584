// Entry of an application process: carries out one order after the other.
import type { Channel, ChannelModel, SocketOptions } from '../../src/client/index.ts';
import { delay, NS_PER_MILLISECOND, nowNs } from '../lib/clock.ts';
import { stampSequence, writeStamp } from '../pump/stamp.ts';
import type {
  ConsumeOrder,
  ConsumeReply,
  DeclareOrder,
  Library,
  Order,
  PublishOrder,
  PublishReply,
} from './orders.ts';

/** What a program uses of either library. */
interface AmqpLibrary {
  connect(url: string, options?: SocketOptions): Promise<ChannelModel>;
}

/** Messages between two looks at the clock. */
const CLOCK_EVERY_MESSAGES = 256;
/** Nothing new for so long, and what is missing will not come. */
const IDLE_MS = 3000;

async function load(library: Library): Promise<AmqpLibrary> {
  if (library !== 'amqplib') return import('../../src/client/index.ts');
  return (await import('amqplib')) as unknown as AmqpLibrary;
}

class Application {
  readonly #connection: ChannelModel;
  readonly #channel: Channel;
  #queue = '';

  private constructor(connection: ChannelModel, channel: Channel) {
    this.#connection = connection;
    this.#channel = channel;
  }

  static async open(library: Library, url: string): Promise<Application> {
    const { connect } = await load(library);
    const connection = await connect(url, {
      noDelay: true,
      ...(library === 'amqplib' ? {} : { direct: library === 'direct' }),
    });
    return new Application(connection, await connection.createChannel());
  }

  async publish(order: PublishOrder): Promise<PublishReply> {
    const channel = this.#channel;
    const { exchange, routingKey } = order;
    const body = Buffer.alloc(order.bodyOctets);
    let published = 0;
    const publishUntil = async (endNs: number): Promise<void> => {
      for (;;) {
        for (let i = 0; i < CLOCK_EVERY_MESSAGES; i++) {
          writeStamp(body, 0, published++, 0, 0);
          if (!channel.publish(exchange, routingKey, body)) {
            await new Promise<void>((resolve) => channel.once('drain', () => resolve()));
          }
        }
        if (nowNs() >= endNs) return;
      }
    };
    await publishUntil(nowNs() + order.warmUpMs * NS_PER_MILLISECOND);
    const warm = published;
    const startNs = nowNs();
    const startCpu = process.cpuUsage();
    await publishUntil(startNs + order.durationMs * NS_PER_MILLISECOND);
    // When the broker answers it has read everything.
    await channel.close();
    const elapsedNs = nowNs() - startNs;
    const { user, system } = process.cpuUsage(startCpu);
    return {
      publishedMessages: published,
      measuredMessages: published - warm,
      elapsedNs,
      cpuMicroseconds: user + system,
    };
  }

  async declare({ exchange, routingKey }: DeclareOrder): Promise<string> {
    const { queue } = await this.#channel.assertQueue('', { exclusive: true });
    await this.#channel.bindQueue(queue, exchange, routingKey);
    this.#queue = queue;
    return queue;
  }

  async consume({ messages: wanted, warmUpMessages }: ConsumeOrder): Promise<ConsumeReply> {
    let messages = 0;
    let faults = 0;
    let startNs = 0;
    let startCpu = process.cpuUsage();
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    await this.#channel.consume(
      this.#queue,
      (message) => {
        if (message === null) return;
        if (stampSequence(message.content, 0) !== messages) faults++;
        messages++;
        if (messages === warmUpMessages) {
          startNs = nowNs();
          startCpu = process.cpuUsage();
        }
        if (messages === wanted) end();
      },
      { noAck: true },
    );
    await Promise.race([ended, untilIdle(() => messages)]);
    const elapsedNs = nowNs() - startNs;
    const { user, system } = process.cpuUsage(startCpu);
    return { messages, faults, elapsedNs, cpuMicroseconds: user + system };
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** Resolves when `count` has not changed for a while. */
async function untilIdle(count: () => number): Promise<void> {
  for (let seen = -1; seen !== count(); ) {
    seen = count();
    await delay(IDLE_MS);
  }
}

let application: Application | null = null;

async function answer(order: Order): Promise<object> {
  if (order.kind === 'open') {
    application = await Application.open(order.library, order.url);
    return {};
  }
  if (application === null) throw new Error('not open');
  switch (order.kind) {
    case 'publish':
      return application.publish(order);
    case 'declare':
      return { queue: await application.declare(order) };
    case 'consume':
      return application.consume(order);
    case 'close':
      await application.close();
      return {};
  }
}

process.on('message', (order: Order) => {
  answer(order).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      process.stderr.write(`application: ${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});
