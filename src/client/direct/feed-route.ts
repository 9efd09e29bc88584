import type { ContentCursor } from '../../wire/dmp-content.ts';
import { copyOctets } from '../../wire/octets.ts';
import { messageProperties } from '../amqp/message-properties.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import { TextMemo } from '../amqp/text-memo.ts';
import { DIRECT_DRAIN_MS, FEED_RETRY, FEED_SILENCE_MS, FEED_STEADY_MS } from '../limits.ts';
import { backoffMs } from '../recovery/backoff.ts';
import type { ConsumeMessage } from '../types/message.ts';
import type { FeedStats } from '../types/stats.ts';
import { ContentSplitter } from './content-splitter.ts';
import type { DirectClient } from './direct-client.ts';
import type { DirectMode } from './direct-mode.ts';
import type { LeasedLine, LeasedLineUser } from './leased-line.ts';

/**
 * - starting: the consumer has not been started; nothing is read of the feed;
 * - direct: they come over the direct connection, and what comes the ordinary way waits behind
 *   them: the broker has given up the feed, even if we have not heard of it yet;
 * - ordinary: there is no direct connection;
 * - returning: there is one again, but messages that were sent before it may be under way on the
 *   AMQP connection; nothing is read of the feed until they are here.
 */
type State = 'starting' | 'direct' | 'ordinary' | 'returning';

/**
 * The feed of one consumer: messages that come over a direct connection. It is open before the
 * broker starts the consumer, so that none comes the ordinary way first. When it breaks, messages
 * go on the ordinary way at once, and the feed is leased again after a while.
 */
export class FeedRoute implements LeasedLineUser {
  readonly queue: string;
  private readonly host: ChannelHost;
  private readonly mode: DirectMode;
  private readonly client: DirectClient;
  private readonly exchanges = new TextMemo();
  private readonly routingKeys = new TextMemo();
  /** What came with the answer that opened the feed, and must not be handed on yet: one read. */
  private early: ConsumeMessage[] = [];
  private splitter = new ContentSplitter();
  private state: State = 'starting';
  private line: LeasedLine | null = null;
  private opened: (() => void) | null = null;
  private finished: (() => void) | null = null;
  /** Messages that came the ordinary way and must follow those of the feed. */
  private held: ConsumeMessage[] = [];
  private holdTimer: NodeJS.Timeout | null = null;
  private retryTimer: NodeJS.Timeout | null = null;
  /** Times in a row that the feed was leased again, or that was tried. */
  private retries = 0;
  /** When the direct connection opened, in milliseconds; null while there is none. */
  private openSinceMs: number | null = null;
  private wasEverOpen = false;
  /** Nobody wants the feed any more. */
  private over = false;
  private consumerTag = '';
  private deliveryTag = 0;
  private reason: string | null = null;
  private readonly onContent = (b: Buffer, cursor: ContentCursor) => this.accept(b, cursor);

  constructor(queue: string, host: ChannelHost, mode: DirectMode, client: DirectClient) {
    this.queue = queue;
    this.host = host;
    this.mode = mode;
    this.client = client;
  }

  get stats(): FeedStats {
    const { queue, consumerTag, reason } = this;
    const isDirect = this.state === 'direct';
    return {
      queue,
      consumerTag,
      mode: isDirect ? 'direct' : 'ordinary',
      reason: isDirect ? null : reason,
    };
  }

  /** Asks for the lease and connects; calls `done` when that has happened, or cannot happen. */
  open(done: () => void): void {
    this.opened = done;
    if (this.connect()) return;
    this.over = true;
    this.reportOpened();
  }

  /** The consumer has been started: what has come is for it. */
  start(consumerTag: string): void {
    this.consumerTag = consumerTag;
    this.state = this.line === null ? 'ordinary' : 'direct';
    this.releaseEarly();
    this.line?.resume();
  }

  /** A message that came the ordinary way. @returns whether it was taken, to follow in its turn */
  holds(message: ConsumeMessage): boolean {
    if (this.state !== 'direct') return false;
    this.held.push(message);
    this.holdTimer ??= setTimeout(() => {
      this.line?.destroy(new Error('The broker does not use the feed'));
    }, DIRECT_DRAIN_MS);
    return true;
  }

  /** Ends the feed for good; calls `done` when all is handed on that the broker had sent. */
  finish(done: () => void): void {
    this.endRetries();
    if (this.line === null) {
      done();
      return;
    }
    this.hasReturned();
    this.finished = done;
    this.line.resume();
    this.line.release();
  }

  /** Ends the feed for good, at once. */
  close(reason: Error): void {
    this.endRetries();
    this.line?.destroy(reason);
  }

  ready(): void {
    const { line } = this;
    if (line === null) return;
    this.openSinceMs = performance.now();
    this.wasEverOpen = true;
    line.watchSilence(FEED_SILENCE_MS, () => line.destroy(new Error('Feed timeout')));
    // What waits meanwhile waits in the broker, where it is bounded and counted.
    line.pause();
    if (this.state === 'starting') {
      this.reportOpened();
      return;
    }
    // The answer comes behind all that was sent to the consumer the ordinary way.
    this.state = 'returning';
    line.sync(() => this.hasReturned());
  }

  private hasReturned(): void {
    if (this.state !== 'returning') return;
    this.state = 'direct';
    this.releaseEarly();
    this.line?.resume();
  }

  received(octets: Buffer): void {
    try {
      this.splitter.push(octets, this.onContent);
    } catch (error) {
      this.line?.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  written(): void {}

  returned(): void {}

  closed(reason: Error): void {
    this.line = null;
    this.reason = reason.message;
    // What it brought is older than what was held.
    if (this.state !== 'starting') {
      this.state = 'ordinary';
      this.releaseEarly();
    }
    this.releaseHeld();
    // A lease that was refused when the consumer began will hardly be granted a moment later.
    if (this.wasEverOpen && !this.over) this.retryLater();
    this.reportOpened();
    const { finished } = this;
    this.finished = null;
    finished?.();
  }

  private connect(): boolean {
    this.splitter = new ContentSplitter();
    this.line = this.mode.openLine('feed', this.queue, this);
    if (this.line === null) this.reason = 'directMax';
    return this.line !== null;
  }

  private reportOpened(): void {
    const { opened } = this;
    this.opened = null;
    opened?.();
  }

  // --- Leasing again ----------------------------------------------------------------------------

  private retryLater(): void {
    const { openSinceMs } = this;
    this.openSinceMs = null;
    const wasSteady = openSinceMs !== null && performance.now() - openSinceMs > FEED_STEADY_MS;
    this.retries = wasSteady ? 1 : this.retries + 1;
    this.retryTimer = setTimeout(
      () => {
        this.retryTimer = null;
        if (!this.connect()) this.retryLater();
      },
      backoffMs(FEED_RETRY, this.retries, Math.random()),
    );
  }

  private endRetries(): void {
    this.over = true;
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }

  // --- Messages ---------------------------------------------------------------------------------

  private accept(b: Buffer, cursor: ContentCursor): void {
    const content = Buffer.allocUnsafe(cursor.end - cursor.bodyAt);
    copyOctets(b, cursor.bodyAt, cursor.end, content, 0);
    this.deliveryTag++;
    this.host.tally.deliveredDirect++;
    const message: ConsumeMessage = {
      fields: {
        consumerTag: this.consumerTag,
        deliveryTag: this.deliveryTag,
        redelivered: false,
        exchange: this.exchanges.read(b, cursor.exchangeAt),
        routingKey: this.routingKeys.read(b, cursor.routingKeyAt),
      },
      properties: messageProperties(b, cursor.propertiesAt, cursor.optionsAt),
      content,
    };
    if (this.state === 'direct') this.client.dispatch(message);
    else this.early.push(message);
  }

  private releaseEarly(): void {
    const { early } = this;
    this.early = [];
    for (const message of early) {
      message.fields.consumerTag = this.consumerTag;
      this.client.dispatch(message);
    }
  }

  private releaseHeld(): void {
    if (this.holdTimer !== null) clearTimeout(this.holdTimer);
    this.holdTimer = null;
    const { held } = this;
    this.held = [];
    for (const message of held) this.client.dispatch(message);
  }
}
