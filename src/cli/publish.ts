import { createInterface } from 'node:readline';
import { addAbortSignal } from 'node:stream';
import type { Channel, ChannelModel, Options } from '../client/client.ts';
import { type CommonOptions, printLine, type ToolIo, withConnection } from './context.ts';
import { EXIT_INTERRUPTED, EXIT_NOTHING, EXIT_OK } from './exit-code.ts';
import { fromLine, type Outgoing } from './message-format.ts';

/** Options of `directmq publish`. */
export interface PublishToolOptions extends CommonOptions {
  readonly lines: boolean | undefined;
  readonly count: number;
  readonly confirm: boolean;
  readonly header: Record<string, unknown> | undefined;
  readonly contentType: string | undefined;
  readonly correlationId: string | undefined;
  readonly replyTo: string | undefined;
  readonly messageId: string | undefined;
  readonly type: string | undefined;
  readonly appId: string | undefined;
  readonly expiration: number | undefined;
  readonly priority: number | undefined;
  readonly persistent: boolean | undefined;
  readonly mandatory: boolean | undefined;
}

/** Publishes one message, or those that standard input brings. */
export async function publish(
  exchange: string,
  routingKey: string,
  body: string | undefined,
  options: PublishToolOptions,
  io: ToolIo,
): Promise<number> {
  const defaults = { exchange, routingKey, properties: propertiesOf(options) };
  return withConnection(options, io, async (connection) => {
    const publisher = await Publisher.open(connection, options.confirm);
    for await (const message of messagesOf(body, options, defaults, io)) {
      for (let i = 0; i < options.count && !io.signal.aborted; i++) {
        await publisher.publish(message);
      }
    }
    await publisher.finish();
    if (io.signal.aborted) return EXIT_INTERRUPTED;
    if (publisher.returned === 0) return EXIT_OK;
    await printLine(io.stderr, `directmq: ${publisher.returned} messages could not be routed`);
    return EXIT_NOTHING;
  });
}

/** The messages to publish; a signal ends those that standard input brings. */
async function* messagesOf(
  body: string | undefined,
  options: PublishToolOptions,
  defaults: Omit<Outgoing, 'body'>,
  { stdin, signal }: ToolIo,
): AsyncGenerator<Outgoing> {
  if (body !== undefined) {
    yield { ...defaults, body: Buffer.from(body) };
  } else if (options.json || options.lines) {
    let number = 0;
    for await (const line of createInterface({ input: stdin, signal })) {
      number++;
      if (line === '' && options.json) continue;
      yield options.json
        ? fromLine(line, number, defaults)
        : { ...defaults, body: Buffer.from(line) };
    }
  } else {
    const chunks: Buffer[] = [];
    for await (const chunk of addAbortSignal(signal, stdin)) chunks.push(Buffer.from(chunk));
    yield { ...defaults, body: Buffer.concat(chunks) };
  }
}

function propertiesOf(options: PublishToolOptions): Options.Publish {
  return {
    headers: options.header ?? {},
    contentType: options.contentType,
    correlationId: options.correlationId,
    replyTo: options.replyTo,
    messageId: options.messageId,
    type: options.type,
    appId: options.appId,
    expiration: options.expiration,
    priority: options.priority,
    persistent: options.persistent,
    mandatory: options.mandatory,
  };
}

/** A channel that is published on until the broker refuses something. */
class Publisher {
  /** Messages that came back. */
  returned = 0;
  private readonly channel: Channel;
  private readonly waitForConfirms: () => Promise<void>;
  private failure: Error | null = null;
  private goOn: (() => void) | null = null;

  private constructor(channel: Channel, waitForConfirms: () => Promise<void>) {
    this.channel = channel;
    this.waitForConfirms = waitForConfirms;
    channel.on('return', () => {
      this.returned++;
    });
    channel.on('error', (error: Error) => {
      this.failure = error;
    });
    channel.on('drain', () => this.goOn?.());
    channel.on('close', () => this.goOn?.());
  }

  /** @param confirm whether `finish` waits until the broker has confirmed every message */
  static async open(connection: ChannelModel, confirm: boolean): Promise<Publisher> {
    if (confirm) {
      const channel = await connection.createConfirmChannel();
      return new Publisher(channel, () => channel.waitForConfirms());
    }
    const channel = await connection.createChannel();
    // The answer to any request says that the broker has read what was published before it.
    return new Publisher(channel, async () => {
      await channel.prefetch(0);
    });
  }

  /** Resolves when the next message may follow. @throws Error what the broker refused */
  async publish(message: Outgoing): Promise<void> {
    if (this.failure !== null) throw this.failure;
    const { exchange, routingKey, body, properties } = message;
    if (this.channel.publish(exchange, routingKey, body, properties)) return;
    await new Promise<void>((resolve) => {
      this.goOn = resolve;
    });
  }

  /** Resolves when the broker has everything. @throws Error what the broker refused */
  async finish(): Promise<void> {
    try {
      await this.waitForConfirms();
      await this.channel.close();
    } catch (error) {
      throw this.failure ?? error;
    }
    if (this.failure !== null) throw this.failure;
  }
}
