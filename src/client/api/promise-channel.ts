import * as args from '../amqp/arguments.ts';
import type { Channel as WireChannel } from '../amqp/channel.ts';
import { InFlightWindow } from '../amqp/in-flight-window.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import { CONFIRM_IN_FLIGHT_MESSAGES } from '../limits.ts';
import type { Channel, ConfirmChannel, Connection } from '../types/api.ts';
import type { ConsumeMessage } from '../types/message.ts';
import type * as Options from '../types/options.ts';
import type * as Replies from '../types/replies.ts';
import type { ChannelRequests, MessageListener } from '../types/requests.ts';
import type { ChannelOptions, MessagesOptions, WaitOptions } from '../types/settings.ts';
import { channelClass } from './application-channel.ts';
import { MessageIterator } from './message-iterator.ts';
import type { Operation } from './operations.ts';

/** The operation as a method that returns a promise; it never throws. */
function promised<Args extends unknown[], Reply>(operation: Operation<Args, Reply>) {
  return function (this: WireChannel, ...values: Args): Promise<Reply> {
    return new Promise((resolve, reject) => {
      operation.run(this, values, (...[error, reply]) => {
        if (error === null) resolve(reply);
        else reject(error);
      });
    });
  };
}

const ChannelWithPromises = channelClass<ChannelRequests>(promised);

/** A channel with amqplib's promise API. */
export class PromiseChannel extends ChannelWithPromises implements Channel {
  constructor(host: ChannelHost, options: ChannelOptions | undefined, confirming = false) {
    super(host, options, { chains: false, confirming });
  }

  get connection(): Connection {
    return this.host;
  }

  async close(): Promise<void> {
    return new Promise((resolve) => {
      this.closeOrderly(resolve);
    });
  }

  qos(count: number, global?: boolean): Promise<Replies.Empty> {
    return this.prefetch(count, global);
  }

  messages(queue: string, options: MessagesOptions = {}): AsyncIterableIterator<ConsumeMessage> {
    const { settings, tally } = this.host;
    return new MessageIterator(
      {
        consume: (onMessage, prefetch) => this.consumeAhead(queue, onMessage, options, prefetch),
        cancel: (consumerTag) => this.cancel(consumerTag),
        nack: (message) => this.nack(message),
        abort: (error) => this.host.abort(error),
        overflowed: (report) => this.overflowed(report),
        onClose: (listener) => this.once('close', listener),
      },
      queue,
      options,
      settings,
      tally,
    );
  }

  /** Consumes with a prefetch of its own; that of consumers started later stays as it was. */
  private async consumeAhead(
    queue: string,
    onMessage: MessageListener,
    options: MessagesOptions,
    prefetch: number,
  ): Promise<string> {
    const limit = (count: number) => {
      if (!options.noAck) this.ask(args.prefetch(count), 'basic.qos-ok', () => {});
    };
    limit(prefetch);
    const consuming = this.consume(queue, onMessage, options);
    limit(this.consumerPrefetch);
    const { consumerTag } = await consuming;
    return consumerTag;
  }
}

/** A channel in confirm mode with amqplib's promise API. */
export class PromiseConfirmChannel extends PromiseChannel implements ConfirmChannel {
  private readonly window: InFlightWindow;

  constructor(host: ChannelHost, options: ChannelOptions | undefined) {
    super(host, options, true);
    this.window = new InFlightWindow(options?.maxInFlight ?? CONFIRM_IN_FLIGHT_MESSAGES);
  }

  async waitForConfirms(): Promise<void> {
    return this.confirms.wait();
  }

  publishConfirmed(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish & WaitOptions = {},
  ): Promise<void> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = () => reject(signal?.reason);
      const publish = () => {
        try {
          this.publish(exchange, routingKey, content, options, (error) => {
            signal?.removeEventListener('abort', onAbort);
            this.window.leave();
            if (error === null) resolve();
            else reject(error);
          });
          signal?.addEventListener('abort', onAbort, { once: true });
        } catch (error) {
          this.window.leave();
          reject(error);
        }
      };
      this.window.enter(publish, signal, onAbort);
    });
  }
}
