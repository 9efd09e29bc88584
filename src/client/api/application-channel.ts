import { Channel } from '../amqp/channel.ts';
import type { ConfirmCallback } from '../amqp/confirms.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import { IllegalOperationError } from '../errors.ts';
import type { Message } from '../types/message.ts';
import type * as Options from '../types/options.ts';
import type {
  ChannelRequests,
  ConfirmedPublishing,
  ConfirmListener,
  Settlements,
} from '../types/requests.ts';
import type { ChannelOptions } from '../types/settings.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** What both flavours of a channel have in common: all that the broker does not answer. */
export class ApplicationChannel extends Channel implements Settlements, ConfirmedPublishing {
  /** What settlements return: nothing, or with callbacks the channel, as in amqplib. */
  protected readonly chained: this | undefined;
  /** Whether the broker confirms what is published. */
  readonly confirming: boolean;

  constructor(
    host: ChannelHost,
    options: ChannelOptions | undefined,
    flavour: { readonly chains: boolean; readonly confirming: boolean },
  ) {
    super(host, options);
    this.chained = flavour.chains ? this : undefined;
    this.confirming = flavour.confirming;
  }

  /**
   * Opens the channel; without a free number `done` gets the error.
   * @throws IllegalOperationError if the connection is closed or closing
   */
  open(done: (error: Error | null) => void): void {
    const opened = (error: Error | null): void => {
      if (error !== null || !this.confirming) done(error);
      else
        this.ask({ name: 'confirm.select' }, 'confirm.select-ok', (...[refused]) => done(refused));
    };
    try {
      this.openChannel(opened);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof IllegalOperationError) throw error;
      done(error);
    }
  }

  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: ConfirmListener,
  ): boolean {
    const accepted = this.publishMessage(exchange, routingKey, content, options);
    if (this.confirming) {
      this.confirms.published((callback as ConfirmCallback | undefined) || undefined);
    }
    return accepted;
  }

  sendToQueue(
    queue: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: ConfirmListener,
  ): boolean {
    return this.publish('', queue, content, options, callback);
  }

  ack(message: Message, allUpTo?: boolean): this | undefined {
    this.acknowledge(message.fields.deliveryTag, Boolean(allUpTo));
    return this.chained;
  }

  ackAll(): this | undefined {
    this.acknowledge(0, true);
    return this.chained;
  }

  nack(message: Message, allUpTo?: boolean, requeue = true): this | undefined {
    this.negativelyAcknowledge(message.fields.deliveryTag, Boolean(allUpTo), Boolean(requeue));
    return this.chained;
  }

  nackAll(requeue = true): this | undefined {
    this.negativelyAcknowledge(0, true, Boolean(requeue));
    return this.chained;
  }

  reject(message: Message, requeue = true): this | undefined {
    this.rejectOne(message.fields.deliveryTag, Boolean(requeue));
    return this.chained;
  }
}

/** A class of channels that has the methods `Requests` as well. */
export type ChannelClass<Requests> = new (
  ...args: ConstructorParameters<typeof ApplicationChannel>
) => ApplicationChannel & Requests;

/** Gives an operation the shape of a method. */
export type Flavour = <Args extends unknown[], Reply>(
  operation: Operation<Args, Reply>,
) => (this: Channel, ...args: Args) => unknown;

/**
 * The class of channels whose requests are methods of a flavour.
 * @param Requests the types of these methods
 */
export function channelClass<Requests extends Record<keyof ChannelRequests, unknown>>(
  flavour: Flavour,
): ChannelClass<Requests> {
  class FlavouredChannel extends ApplicationChannel {}
  // Each operation gets back the arguments that its own type asks for.
  const operations = OPERATIONS as unknown as Record<string, Operation<unknown[], unknown>>;
  for (const [name, operation] of Object.entries(operations)) {
    const value = flavour(operation);
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(FlavouredChannel.prototype, name, { value, writable: true });
  }
  return FlavouredChannel as unknown as ChannelClass<Requests>;
}
