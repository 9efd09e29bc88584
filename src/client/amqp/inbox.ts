import type { EventEmitter } from 'node:events';
import { reportHandlerError, safeEmit } from '../safe-emit.ts';
import type { ConsumeMessage, GetMessage, ReturnedMessage } from '../types/message.ts';
import type { MessageListener } from '../types/requests.ts';
import { Deliveries, type MessageHandler } from './deliveries.ts';
import type { Fields } from './method-fields.ts';

/** What a channel does for its inbox. */
export interface InboxOwner {
  /** A message came over the AMQP connection. @returns whether it was taken, to follow later */
  arrived(message: ConsumeMessage): boolean;
  /** A message came back. */
  returned(message: ReturnedMessage): void;
  /** A listener threw, and nobody listens to `handler-error`. */
  listenerFailed(error: Error): void;
}

/** Called with the message that was fetched, or with an error if it does not come. */
type Fetch = (...outcome: [error: Error] | [error: null, message: GetMessage]) => void;

/** What a channel gets: messages for its consumers, fetched ones, and returned ones. */
export class Inbox implements MessageHandler {
  /** Takes the frames that messages come in. */
  readonly frames = new Deliveries(this);

  private readonly emitter: EventEmitter;
  private readonly owner: InboxOwner;
  private readonly consumers = new Map<string, MessageListener>();
  private fetching: Fetch | null = null;

  /** @param emitter the channel, which emits `delivery`, `return`, `cancel` and `handler-error` */
  constructor(emitter: EventEmitter, owner: InboxOwner) {
    this.emitter = emitter;
    this.owner = owner;
  }

  addConsumer(consumerTag: string, listener: MessageListener): void {
    this.consumers.set(consumerTag, listener);
  }

  removeConsumer(consumerTag: string): void {
    this.consumers.delete(consumerTag);
  }

  /** The broker has cancelled a consumer: it is told so with null. */
  consumerCancelled(fields: Fields<'basic.cancel'>): void {
    const { consumerTag } = fields;
    const listener = this.consumers.get(consumerTag);
    this.consumers.delete(consumerTag);
    safeEmit(this.emitter, 'cancel', fields);
    listener?.(null);
  }

  /** The message that Basic.Get-Ok announced is for `fetch`. */
  fetch(fetch: Fetch): void {
    this.fetching = fetch;
  }

  /** The message that is being fetched does not come any more. */
  abandonFetch(error: Error): void {
    const { fetching } = this;
    this.fetching = null;
    fetching?.(error);
  }

  /** Another connection carries the channel: what is incomplete never comes, and tags go on. */
  restart(error: Error): void {
    this.frames.restart();
    this.abandonFetch(error);
  }

  delivered(message: ConsumeMessage): void {
    if (!this.owner.arrived(message)) this.dispatch(message);
  }

  /** Hands a message to its consumer. */
  dispatch(message: ConsumeMessage): void {
    const { emitter } = this;
    try {
      if (emitter.listenerCount('delivery') > 0) emitter.emit('delivery', message);
      const { consumerTag } = message.fields;
      const listener = this.consumers.get(consumerTag);
      if (listener === undefined) throw new Error(`Unknown consumer: ${consumerTag}`);
      listener(message);
    } catch (error) {
      this.failed(error, 'delivery');
    }
  }

  got(message: GetMessage): void {
    const { fetching } = this;
    this.fetching = null;
    fetching?.(null, message);
  }

  returned(message: ReturnedMessage): void {
    this.owner.returned(message);
  }

  /** Tells the application that a message came back. */
  emitReturn(message: ReturnedMessage): void {
    try {
      this.emitter.emit('return', message);
    } catch (error) {
      this.failed(error, 'return');
    }
  }

  private failed(error: unknown, event: string): void {
    if (reportHandlerError(this.emitter, error, event)) return;
    this.owner.listenerFailed(error instanceof Error ? error : new Error(String(error)));
  }
}
