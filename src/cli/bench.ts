import type { Channel, ChannelModel } from '../client/client.ts';
import { type CommonOptions, openConnection, printLine, type ToolIo } from './context.ts';
import { EXIT_OK } from './exit-code.ts';

/** Options of `directmq bench`. */
export interface BenchToolOptions extends CommonOptions {
  readonly publishers: number;
  readonly consumers: number;
  /** Octets of a body. */
  readonly size: number;
  /** Seconds. */
  readonly duration: number;
}

/** What one run measured. */
interface BenchResult {
  readonly published: number;
  readonly delivered: number;
  readonly seconds: number;
  readonly publishedPerSecond: number;
  readonly deliveredPerSecond: number;
  /** CPU of this process for each message it published or received, in microseconds. */
  readonly clientMicrosecondsPerMessage: number;
  /** Whether messages travelled over direct connections. */
  readonly direct: boolean;
}

const MS_PER_SECOND = 1000;
/** Milliseconds of silence after which what has not arrived will not: longer than any stall. */
const QUIET_MS = 500;

/**
 * Publishes as fast as the broker takes it to an exchange of its own, receives everything from
 * private queues, and prints the rates. All within this process: it shows what one Node program can
 * do.
 */
export async function bench(options: BenchToolOptions, io: ToolIo): Promise<number> {
  const connections: ChannelModel[] = [];
  const open = async () => {
    const connection = await openConnection(options, io);
    connections.push(connection);
    return connection.createChannel();
  };
  try {
    const result = await measure(options, io, open, connections);
    await printLine(io.stdout, options.json ? JSON.stringify(result) : sentence(result));
    return EXIT_OK;
  } finally {
    await Promise.all(connections.map((connection) => connection.close().catch(() => {})));
  }
}

async function measure(
  options: BenchToolOptions,
  io: ToolIo,
  open: () => Promise<Channel>,
  connections: readonly ChannelModel[],
): Promise<BenchResult> {
  const exchange = `directmq-bench-${process.pid}`;
  const counter = { published: 0, delivered: 0 };
  const control = await open();
  await control.assertExchange(exchange, 'fanout', { durable: false });
  for (let i = 0; i < options.consumers; i++) await startConsumer(await open(), exchange, counter);
  const publishers: Channel[] = [];
  for (let i = 0; i < options.publishers; i++) publishers.push(await open());

  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const endMs = startMs + options.duration * MS_PER_SECOND;
  const body = Buffer.alloc(options.size, 'x');
  await Promise.all(
    publishers.map((channel) => publishUntil(channel, exchange, body, endMs, counter, io.signal)),
  );
  const publishedMs = performance.now() - startMs;
  const deliveredMs = (await lastDelivery(counter, options.consumers)) - startMs;
  const cpu = process.cpuUsage(startCpu);
  const direct = connections.some((connection) => connection.stats().published.direct > 0);
  await control.deleteExchange(exchange);

  const seconds = Math.max(publishedMs, deliveredMs) / MS_PER_SECOND;
  return {
    ...counter,
    seconds,
    publishedPerSecond: Math.round((counter.published / publishedMs) * MS_PER_SECOND),
    deliveredPerSecond: Math.round(counter.delivered / seconds),
    clientMicrosecondsPerMessage: (cpu.user + cpu.system) / (counter.published + counter.delivered),
    direct,
  };
}

async function startConsumer(
  channel: Channel,
  exchange: string,
  counter: { delivered: number },
): Promise<void> {
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, '');
  await channel.consume(
    queue,
    () => {
      counter.delivered++;
    },
    { noAck: true },
  );
}

async function publishUntil(
  channel: Channel,
  exchange: string,
  body: Buffer,
  endMs: number,
  counter: { published: number },
  signal: AbortSignal,
): Promise<void> {
  while (performance.now() < endMs && !signal.aborted) {
    let accepted = true;
    while (accepted) {
      accepted = channel.publish(exchange, 'bench', body);
      counter.published++;
    }
    await new Promise<void>((resolve) => channel.once('drain', () => resolve()));
  }
}

/** When the last message came, in milliseconds: all have come, or none for a while. */
async function lastDelivery(
  counter: { published: number; delivered: number },
  consumers: number,
): Promise<number> {
  let lastMs = performance.now();
  let seen = counter.delivered;
  while (counter.delivered < counter.published * consumers) {
    await new Promise((resolve) => setImmediate(resolve));
    const nowMs = performance.now();
    if (counter.delivered !== seen) lastMs = nowMs;
    seen = counter.delivered;
    if (nowMs - lastMs > QUIET_MS) return lastMs;
  }
  return performance.now();
}

function sentence(result: BenchResult): string {
  const { published, delivered, publishedPerSecond, deliveredPerSecond } = result;
  const cpu = result.clientMicrosecondsPerMessage.toFixed(3);
  return [
    `published ${published} messages, ${publishedPerSecond}/s`,
    `delivered ${delivered} messages, ${deliveredPerSecond}/s`,
    `in ${result.direct ? 'Direct Mode' : 'ordinary mode'}, ${cpu} µs of client CPU per message`,
  ].join('\n');
}
