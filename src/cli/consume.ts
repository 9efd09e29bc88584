import {
  type CommonOptions,
  printLine,
  type ToolIo,
  type ToolSession,
  UsageError,
  withSession,
} from './context.ts';
import { EXIT_NOTHING, EXIT_OK } from './exit-code.ts';
import { toLine } from './message-format.ts';

/** Options of `directmq consume`. */
export interface ConsumeToolOptions extends CommonOptions {
  readonly exchange: string | undefined;
  readonly key: readonly string[];
  readonly count: number;
  readonly ack: boolean;
  readonly prefetch: number;
}

/** Options of `directmq get`. */
export interface GetToolOptions extends CommonOptions {
  readonly count: number;
  readonly requeue: boolean | undefined;
}

/**
 * Prints the messages of a queue, or of a private queue bound to an exchange, one line each, until
 * there were enough or it is stopped.
 */
export async function consume(
  queue: string | undefined,
  options: ConsumeToolOptions,
  io: ToolIo,
): Promise<number> {
  return withSession(options, io, async (session) => {
    const source = queue ?? (await privateQueue(session, options));
    const noAck = queue === undefined || !options.ack;
    const messages = session.channel.messages(source, {
      noAck,
      prefetch: options.prefetch,
      signal: io.signal,
    });
    let left = options.count;
    try {
      for await (const message of messages) {
        await printLine(io.stdout, options.json ? toLine(message) : message.content.toString());
        if (!noAck) session.channel.ack(message);
        left--;
        if (left === 0) return EXIT_OK;
      }
    } catch (error) {
      if (io.signal.aborted) return EXIT_OK;
      throw error;
    }
    // The broker has cancelled the consumer: the queue is gone.
    return EXIT_NOTHING;
  });
}

async function privateQueue(
  { channel }: ToolSession,
  { exchange, key }: ConsumeToolOptions,
): Promise<string> {
  if (exchange === undefined) throw new UsageError('Name a queue, or an exchange with --exchange');
  const { queue } = await channel.assertQueue('', { exclusive: true });
  for (const pattern of key) await channel.bindQueue(queue, exchange, pattern);
  return queue;
}

/** Fetches messages one by one, and prints them one line each. */
export async function get(queue: string, options: GetToolOptions, io: ToolIo): Promise<number> {
  return withSession(options, io, async ({ channel }) => {
    let fetched = 0;
    while (fetched < options.count) {
      const message = await channel.get(queue, { noAck: !options.requeue });
      if (message === false) break;
      fetched++;
      await printLine(io.stdout, options.json ? toLine(message) : message.content.toString());
    }
    if (fetched > 0 && options.requeue) channel.nackAll(true);
    return fetched === 0 ? EXIT_NOTHING : EXIT_OK;
  });
}
