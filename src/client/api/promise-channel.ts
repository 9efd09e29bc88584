import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import * as args from '../amqp/arguments.ts';
import { BaseChannel, type MessageCallback } from '../amqp/channel.ts';
import type { Channel, Connection } from '../types/api.ts';
import type { ConsumeMessage, GetMessage, Message } from '../types/message.ts';
import type * as Options from '../types/options.ts';
import type * as Replies from '../types/replies.ts';
import type { MessagesOptions } from '../types/settings.ts';
import { MessageIterator } from './message-iterator.ts';

type MethodNamed<N extends Method['name']> = Extract<Method, { name: N }>;
type Fields<N extends Method['name']> = Omit<MethodNamed<N>, 'name'>;

/** A channel with amqplib's promise API. */
export class PromiseChannel extends BaseChannel implements Channel {
  /**
   * Messages the broker may send ahead to consumers that are started from now on; 0: any number.
   */
  private consumerPrefetch = 0;

  get connection(): Connection {
    return this.host;
  }

  /** Opens the channel. @throws Error if the broker allows no more */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.openChannel((error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** Sends a method, and resolves with the fields of the answer. */
  protected ask<N extends Method['name']>(method: MethodToSend, expected: N): Promise<Fields<N>> {
    return new Promise((resolve, reject) => {
      this.request(method, [expected], (error, answer) => {
        if (answer === null) reject(error);
        else {
          const { name: _name, ...fields } = answer as MethodNamed<N>;
          resolve(fields);
        }
      });
    });
  }

  async close(): Promise<void> {
    return new Promise((resolve) => {
      this.closeOrderly(resolve);
    });
  }

  async assertQueue(queue?: string, options?: Options.AssertQueue): Promise<Replies.AssertQueue> {
    return this.ask(args.assertQueue(queue, options), 'queue.declare-ok');
  }

  async checkQueue(queue: string): Promise<Replies.AssertQueue> {
    return this.ask(args.checkQueue(queue), 'queue.declare-ok');
  }

  async deleteQueue(queue: string, options?: Options.DeleteQueue): Promise<Replies.DeleteQueue> {
    return this.ask(args.deleteQueue(queue, options), 'queue.delete-ok');
  }

  async purgeQueue(queue: string): Promise<Replies.PurgeQueue> {
    return this.ask(args.purgeQueue(queue), 'queue.purge-ok');
  }

  async bindQueue(
    queue: string,
    source: string,
    pattern: string,
    argt?: unknown,
  ): Promise<Replies.Empty> {
    return this.ask(args.bindQueue(queue, source, pattern, argt), 'queue.bind-ok');
  }

  async unbindQueue(
    queue: string,
    source: string,
    pattern: string,
    argt?: unknown,
  ): Promise<Replies.Empty> {
    return this.ask(args.unbindQueue(queue, source, pattern, argt), 'queue.unbind-ok');
  }

  async assertExchange(
    exchange: string,
    type: string,
    options?: Options.AssertExchange,
  ): Promise<Replies.AssertExchange> {
    await this.ask(args.assertExchange(exchange, type, options), 'exchange.declare-ok');
    return { exchange };
  }

  async checkExchange(exchange: string): Promise<Replies.Empty> {
    return this.ask(args.checkExchange(exchange), 'exchange.declare-ok');
  }

  async deleteExchange(exchange: string, options?: Options.DeleteExchange): Promise<Replies.Empty> {
    return this.ask(args.deleteExchange(exchange, options), 'exchange.delete-ok');
  }

  async bindExchange(
    destination: string,
    source: string,
    pattern: string,
    argt?: unknown,
  ): Promise<Replies.Empty> {
    return this.ask(args.bindExchange(destination, source, pattern, argt), 'exchange.bind-ok');
  }

  async unbindExchange(
    destination: string,
    source: string,
    pattern: string,
    argt?: unknown,
  ): Promise<Replies.Empty> {
    return this.ask(args.unbindExchange(destination, source, pattern, argt), 'exchange.unbind-ok');
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

  async consume(
    queue: string,
    onMessage: MessageCallback,
    options?: Options.Consume,
  ): Promise<Replies.Consume> {
    const method = args.consume(queue, options);
    return new Promise((resolve, reject) => {
      this.startConsuming(method, onMessage, (error, consumerTag) => {
        if (error === null) resolve({ consumerTag });
        else reject(error);
      });
    });
  }

  async cancel(consumerTag: string): Promise<Replies.Cancel> {
    const method = args.cancel(consumerTag);
    return new Promise((resolve, reject) => {
      this.stopConsuming(method, (error) => {
        if (error === null) resolve({ consumerTag });
        else reject(error);
      });
    });
  }

  async get(queue: string, options?: Options.Get): Promise<GetMessage | false> {
    const method = args.get(queue, options);
    return new Promise((resolve, reject) => {
      this.getMessage(method, (error, message) => {
        if (error === null) resolve(message);
        else reject(error);
      });
    });
  }

  messages(queue: string, options: MessagesOptions = {}): AsyncIterableIterator<ConsumeMessage> {
    const { settings, tally } = this.host;
    return new MessageIterator(
      {
        consume: (onMessage, prefetch) => this.consumeAhead(queue, onMessage, options, prefetch),
        cancel: (consumerTag) => this.cancel(consumerTag),
        nack: (message) => this.nack(message),
        abort: (error) => this.host.abort(error),
        overflowed: (report) => this.emit('arrival-overflow', report),
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
    onMessage: MessageCallback,
    options: MessagesOptions,
    prefetch: number,
  ): Promise<string> {
    const before = this.consumerPrefetch;
    const limited = options.noAck !== true;
    if (limited) await this.ask(args.prefetch(prefetch), 'basic.qos-ok');
    const { consumerTag } = await this.consume(queue, onMessage, options);
    if (limited) await this.ask(args.prefetch(before), 'basic.qos-ok');
    return consumerTag;
  }

  ack(message: Message, allUpTo?: boolean): void {
    this.acknowledge(message.fields.deliveryTag, Boolean(allUpTo));
  }

  ackAll(): void {
    this.acknowledge(0, true);
  }

  nack(message: Message, allUpTo?: boolean, requeue = true): void {
    this.negativelyAcknowledge(message.fields.deliveryTag, Boolean(allUpTo), Boolean(requeue));
  }

  nackAll(requeue = true): void {
    this.negativelyAcknowledge(0, true, Boolean(requeue));
  }

  reject(message: Message, requeue = true): void {
    this.rejectOne(message.fields.deliveryTag, Boolean(requeue));
  }

  async prefetch(count: number, global?: boolean): Promise<Replies.Empty> {
    const method = args.prefetch(count, global);
    if (!global) this.consumerPrefetch = count || 0;
    return this.ask(method, 'basic.qos-ok');
  }

  qos(count: number, global?: boolean): Promise<Replies.Empty> {
    return this.prefetch(count, global);
  }

  async recover(): Promise<Replies.Empty> {
    return this.ask(args.recover(), 'basic.recover-ok');
  }
}
