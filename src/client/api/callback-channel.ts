import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import * as args from '../amqp/arguments.ts';
import { BaseChannel, type MessageCallback } from '../amqp/channel.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import type { Callback, Channel, Connection } from '../types/callback-api.ts';
import type { GetMessage, Message } from '../types/message.ts';
import type * as Options from '../types/options.ts';
import type * as Replies from '../types/replies.ts';
import type { ChannelOptions } from '../types/settings.ts';

type MethodNamed<N extends Method['name']> = Extract<Method, { name: N }>;
type Fields<N extends Method['name']> = Omit<MethodNamed<N>, 'name'>;

/** A channel with amqplib's callback API. */
export class CallbackChannel extends BaseChannel implements Channel {
  readonly connection: Connection;

  constructor(connection: Connection, host: ChannelHost, options: ChannelOptions | undefined) {
    super(host, options);
    this.connection = connection;
  }

  /** Opens the channel; without a free number the callback gets the error. */
  open(done: (error: Error | null) => void): void {
    try {
      this.openChannel(done);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Sends a method, and calls back with the fields of the answer. */
  protected ask<N extends Method['name']>(
    method: MethodToSend,
    expected: N,
    callback: ((error: Error | null, fields: Fields<N>) => void) | undefined,
  ): this {
    this.request(method, [expected], (error, answer) => {
      if (callback === undefined) return;
      if (answer === null) {
        failed(callback, error);
        return;
      }
      const { name: _name, ...fields } = answer as MethodNamed<N>;
      callback(null, fields);
    });
    return this;
  }

  close(callback?: (error: Error | null) => void): void {
    this.closeOrderly(() => callback?.(null));
  }

  assertQueue(
    queue?: string,
    options?: Options.AssertQueue,
    callback?: Callback<Replies.AssertQueue>,
  ): this {
    return this.ask(args.assertQueue(queue, options), 'queue.declare-ok', callback);
  }

  checkQueue(queue: string, callback?: Callback<Replies.AssertQueue>): this {
    return this.ask(args.checkQueue(queue), 'queue.declare-ok', callback);
  }

  deleteQueue(
    queue: string,
    options?: Options.DeleteQueue,
    callback?: Callback<Replies.DeleteQueue>,
  ): this {
    return this.ask(args.deleteQueue(queue, options), 'queue.delete-ok', callback);
  }

  purgeQueue(queue: string, callback?: Callback<Replies.PurgeQueue>): this {
    return this.ask(args.purgeQueue(queue), 'queue.purge-ok', callback);
  }

  bindQueue(
    queue: string,
    source: string,
    pattern: string,
    argt?: unknown,
    callback?: Callback<Replies.Empty>,
  ): this {
    return this.ask(args.bindQueue(queue, source, pattern, argt), 'queue.bind-ok', callback);
  }

  unbindQueue(
    queue: string,
    source: string,
    pattern: string,
    argt?: unknown,
    callback?: Callback<Replies.Empty>,
  ): this {
    return this.ask(args.unbindQueue(queue, source, pattern, argt), 'queue.unbind-ok', callback);
  }

  assertExchange(
    exchange: string,
    type: string,
    options?: Options.AssertExchange,
    callback?: Callback<Replies.AssertExchange>,
  ): this {
    const method = args.assertExchange(exchange, type, options);
    return this.ask(method, 'exchange.declare-ok', (error) => {
      if (error === null) callback?.(null, { exchange });
      else if (callback !== undefined) failed(callback, error);
    });
  }

  checkExchange(exchange: string, callback?: Callback<Replies.Empty>): this {
    return this.ask(args.checkExchange(exchange), 'exchange.declare-ok', callback);
  }

  deleteExchange(
    exchange: string,
    options?: Options.DeleteExchange,
    callback?: Callback<Replies.Empty>,
  ): this {
    return this.ask(args.deleteExchange(exchange, options), 'exchange.delete-ok', callback);
  }

  bindExchange(
    destination: string,
    source: string,
    pattern: string,
    argt?: unknown,
    callback?: Callback<Replies.Empty>,
  ): this {
    const method = args.bindExchange(destination, source, pattern, argt);
    return this.ask(method, 'exchange.bind-ok', callback);
  }

  unbindExchange(
    destination: string,
    source: string,
    pattern: string,
    argt?: unknown,
    callback?: Callback<Replies.Empty>,
  ): this {
    const method = args.unbindExchange(destination, source, pattern, argt);
    return this.ask(method, 'exchange.unbind-ok', callback);
  }

  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
  ): boolean {
    return this.publishMessage(exchange, routingKey, content, options);
  }

  sendToQueue(queue: string, content: Buffer, options?: Options.Publish): boolean {
    return this.publish('', queue, content, options);
  }

  consume(
    queue: string,
    onMessage: MessageCallback,
    options?: Options.Consume,
    callback?: Callback<Replies.Consume>,
  ): this {
    this.startConsuming(args.consume(queue, options), onMessage, (error, consumerTag) => {
      if (callback === undefined) return;
      if (error === null) callback(null, { consumerTag });
      else failed(callback, error);
    });
    return this;
  }

  cancel(consumerTag: string, callback?: Callback<Replies.Cancel>): this {
    this.stopConsuming(args.cancel(consumerTag), (error) => {
      if (callback === undefined) return;
      if (error === null) callback(null, { consumerTag });
      else failed(callback, error);
    });
    return this;
  }

  get(queue: string, options?: Options.Get, callback?: Callback<GetMessage | false>): this {
    this.getMessage(args.get(queue, options), (error, message) => {
      if (callback === undefined) return;
      if (error === null) callback(null, message);
      else failed(callback, error);
    });
    return this;
  }

  ack(message: Message, allUpTo?: boolean): this {
    this.acknowledge(message.fields.deliveryTag, Boolean(allUpTo));
    return this;
  }

  ackAll(): this {
    this.acknowledge(0, true);
    return this;
  }

  nack(message: Message, allUpTo?: boolean, requeue = true): this {
    this.negativelyAcknowledge(message.fields.deliveryTag, Boolean(allUpTo), Boolean(requeue));
    return this;
  }

  nackAll(requeue = true): this {
    this.negativelyAcknowledge(0, true, Boolean(requeue));
    return this;
  }

  reject(message: Message, requeue = true): this {
    this.rejectOne(message.fields.deliveryTag, Boolean(requeue));
    return this;
  }

  prefetch(count: number, global?: boolean, callback?: Callback<Replies.Empty>): this {
    return this.ask(args.prefetch(count, global), 'basic.qos-ok', callback);
  }

  recover(callback?: Callback<Replies.Empty>): this {
    return this.ask(args.recover(), 'basic.recover-ok', callback);
  }
}

/** Calls back with an error and nothing else, as amqplib does. */
function failed(callback: (error: Error | null, ok: never) => void, error: Error | null): void {
  (callback as (error: Error | null) => void)(error);
}
