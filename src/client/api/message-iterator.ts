import type { Tally } from '../amqp/tally.ts';
import { ArrivalQueue } from '../arrival-queue.ts';
import { ITERATOR_PREFETCH } from '../limits.ts';
import type { ClientSettings } from '../settings.ts';
import type { ConsumeMessage } from '../types/message.ts';
import type { MessagesOptions, OverflowReport } from '../types/settings.ts';

/** The channel an iterator consumes on. */
export interface IteratorChannel {
  /** Resolves with the consumer tag. */
  consume(onMessage: (message: ConsumeMessage | null) => void, prefetch: number): Promise<string>;
  cancel(consumerTag: string): Promise<unknown>;
  nack(message: ConsumeMessage): void;
  abort(error: Error): void;
  overflowed(report: OverflowReport): void;
  onClose(listener: () => void): void;
}

interface Reader {
  readonly resolve: (result: IteratorResult<ConsumeMessage>) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * A consumer that is asked for its messages instead of being called with them. It starts with the
 * first `next` and ends with the loop; messages that were sent ahead go back to the queue then.
 */
export class MessageIterator implements AsyncIterableIterator<ConsumeMessage> {
  private readonly channel: IteratorChannel;
  private readonly options: MessagesOptions;
  private readonly arrivals: ArrivalQueue<ConsumeMessage>;
  private readers: Reader[] = [];
  private consumerTag: Promise<string> | null = null;
  private started = false;
  private ended = false;
  private failure: { readonly reason: unknown } | null = null;
  private readonly onAbort = () => this.abort();

  constructor(
    channel: IteratorChannel,
    queue: string,
    options: MessagesOptions,
    settings: ClientSettings,
    tally: Tally,
  ) {
    this.channel = channel;
    this.options = options;
    // With acknowledgements the prefetch bounds what waits, and nothing may be discarded.
    const highWater = options.noAck ? settings.arrivalHighWater : Infinity;
    this.arrivals = new ArrivalQueue(highWater, settings.arrivalOverflow, tally, (action) => {
      channel.overflowed({ queue, action, waiting: this.arrivals.size });
      if (action === 'kill') channel.abort(new Error(`Arrival queue of ${queue} overflows`));
    });
    channel.onClose(() => {
      // What could not be started fails with the reason.
      if (this.started) this.end();
    });
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
    if (options.signal?.aborted) this.abort();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ConsumeMessage>> {
    const message = this.arrivals.shift();
    if (message !== undefined) return { done: false, value: message };
    if (this.failure !== null) throw this.failure.reason;
    if (this.ended) return { done: true, value: undefined };
    this.start();
    return new Promise((resolve, reject) => {
      this.readers.push({ resolve, reject });
    });
  }

  async return(): Promise<IteratorResult<ConsumeMessage>> {
    await this.stop();
    return { done: true, value: undefined };
  }

  private start(): void {
    if (this.consumerTag !== null) return;
    const prefetch = this.options.prefetch ?? ITERATOR_PREFETCH;
    this.consumerTag = this.channel.consume((message) => this.accept(message), prefetch);
    this.consumerTag.then(
      () => {
        this.started = true;
      },
      (error) => this.fail(error),
    );
  }

  private accept(message: ConsumeMessage | null): void {
    if (message === null) {
      this.end();
      return;
    }
    if (this.ended) {
      this.giveBack(message);
      return;
    }
    const reader = this.readers.shift();
    if (reader === undefined) this.arrivals.push(message);
    else reader.resolve({ done: false, value: message });
  }

  private giveBack(message: ConsumeMessage): void {
    if (!this.options.noAck) this.channel.nack(message);
  }

  private abort(): void {
    this.failure = { reason: this.options.signal?.reason };
    void this.stop();
  }

  private fail(reason: unknown): void {
    this.failure = { reason };
    this.end();
  }

  /** Ends the consumer, if it was ever started, and gives back what it was sent ahead. */
  private async stop(): Promise<void> {
    if (this.ended) return;
    this.end();
    for (let next = this.arrivals.shift(); next !== undefined; next = this.arrivals.shift()) {
      this.giveBack(next);
    }
    // A channel that has closed meanwhile has ended the consumer, too.
    await this.consumerTag?.then((tag) => this.channel.cancel(tag)).catch(() => {});
  }

  private end(): void {
    this.ended = true;
    this.options.signal?.removeEventListener('abort', this.onAbort);
    const { readers, failure } = this;
    this.readers = [];
    for (const reader of readers) {
      if (failure === null) reader.resolve({ done: true, value: undefined });
      else reader.reject(failure.reason);
    }
  }
}
