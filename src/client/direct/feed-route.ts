import type { ContentCursor } from '../../wire/dmp-content.ts';
import { copyOctets } from '../../wire/octets.ts';
import { messageProperties } from '../amqp/message-properties.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import { TextMemo } from '../amqp/text-memo.ts';
import { ArrivalQueue } from '../arrival-queue.ts';
import { DIRECT_DRAIN_MS, FEED_SILENCE_MS } from '../limits.ts';
import type { ConsumeMessage } from '../types/message.ts';
import type { FeedStats } from '../types/stats.ts';
import { ContentSplitter } from './content-splitter.ts';
import type { DirectClient } from './direct-client.ts';
import type { DirectMode } from './direct-mode.ts';
import type { LeasedLine, LeasedLineUser } from './leased-line.ts';

/**
 * The feed of one consumer: messages that come over a direct connection. It is open before the
 * broker starts the consumer, so that none comes the ordinary way first; those that do when the
 * direct connection has broken wait until all is read that it brought.
 */
export class FeedRoute implements LeasedLineUser {
  readonly queue: string;
  private readonly host: ChannelHost;
  private readonly client: DirectClient;
  private readonly splitter = new ContentSplitter();
  private readonly exchanges = new TextMemo();
  private readonly routingKeys = new TextMemo();
  private readonly early: ArrivalQueue<ConsumeMessage>;
  private line: LeasedLine | null = null;
  private opened: (() => void) | null = null;
  private finished: (() => void) | null = null;
  private held: ConsumeMessage[] = [];
  private holdTimer: NodeJS.Timeout | null = null;
  private consumerTag: string | null = null;
  private deliveryTag = 0;
  private reason: string | null = null;
  private readonly onContent = (b: Buffer, cursor: ContentCursor) => this.accept(b, cursor);

  constructor(queue: string, host: ChannelHost, client: DirectClient) {
    this.queue = queue;
    this.host = host;
    this.client = client;
    const { arrivalHighWater, arrivalOverflow } = host.settings;
    this.early = new ArrivalQueue(arrivalHighWater, arrivalOverflow, host.tally, (action) => {
      if (action === 'kill') host.abort(new Error(`Arrival queue of ${queue} overflows`));
    });
  }

  get stats(): FeedStats {
    const mode = this.isOpen ? 'direct' : 'ordinary';
    const { queue, reason } = this;
    return { queue, consumerTag: this.consumerTag ?? '', mode, reason };
  }

  /** Whether messages come over the direct connection. */
  get isOpen(): boolean {
    return this.line !== null;
  }

  /** Asks for the lease and connects; calls `done` when that has happened, or cannot happen. */
  open(mode: DirectMode, done: () => void): void {
    this.line = mode.openLine('feed', this.queue, this);
    if (this.line === null) {
      this.reason = 'directMax';
      done();
      return;
    }
    this.opened = done;
  }

  /** Messages of this feed are for the consumer. */
  start(consumerTag: string): void {
    this.consumerTag = consumerTag;
    for (let next = this.early.shift(); next !== undefined; next = this.early.shift()) {
      next.fields.consumerTag = consumerTag;
      this.client.dispatch(next);
    }
  }

  /** A message that came the ordinary way. @returns whether it was taken, to follow in its turn */
  holds(message: ConsumeMessage): boolean {
    if (this.line === null) return false;
    this.held.push(message);
    // The broker has given up the feed, even if we have not heard of it yet.
    this.holdTimer ??= setTimeout(() => {
      this.close(new Error('The broker does not use the feed'));
    }, DIRECT_DRAIN_MS);
    return true;
  }

  /** Ends the feed; calls `done` when all is handed on that the broker had sent. */
  finish(done: () => void): void {
    if (this.line === null) {
      done();
      return;
    }
    this.finished = done;
    this.line.release();
  }

  /** Ends the feed at once. */
  close(reason: Error): void {
    this.line?.destroy(reason);
  }

  ready(): void {
    this.line?.watchSilence(FEED_SILENCE_MS, () => this.close(new Error('Feed timeout')));
    this.reportOpened();
  }

  received(octets: Buffer): void {
    try {
      this.splitter.push(octets, this.onContent);
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
    }
  }

  written(): void {}

  returned(): void {}

  closed(reason: Error): void {
    this.line = null;
    this.reason = reason.message;
    if (this.holdTimer !== null) clearTimeout(this.holdTimer);
    this.reportOpened();
    const { held, finished } = this;
    this.held = [];
    this.finished = null;
    for (const message of held) this.client.dispatch(message);
    finished?.();
  }

  private reportOpened(): void {
    const { opened } = this;
    this.opened = null;
    opened?.();
  }

  private accept(b: Buffer, cursor: ContentCursor): void {
    const content = Buffer.allocUnsafe(cursor.end - cursor.bodyAt);
    copyOctets(b, cursor.bodyAt, cursor.end, content, 0);
    this.deliveryTag++;
    this.host.tally.deliveredDirect++;
    const message: ConsumeMessage = {
      fields: {
        consumerTag: this.consumerTag ?? '',
        deliveryTag: this.deliveryTag,
        redelivered: false,
        exchange: this.exchanges.read(b, cursor.exchangeAt),
        routingKey: this.routingKeys.read(b, cursor.routingKeyAt),
      },
      properties: messageProperties(b, cursor.propertiesAt, cursor.optionsAt),
      content,
    };
    if (this.consumerTag === null) this.early.push(message);
    else this.client.dispatch(message);
  }
}
