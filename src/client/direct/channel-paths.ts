import type { MethodToSend } from '../../wire/methods.ts';
import type { ConsumeMethod, DirectPaths } from '../amqp/direct-paths.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import type { ConsumeMessage } from '../types/message.ts';
import type * as Options from '../types/options.ts';
import type { FeedStats, SinkStats } from '../types/stats.ts';
import type { DirectClient } from './direct-client.ts';
import type { DirectMode, RouteReport } from './direct-mode.ts';
import { FeedRoute } from './feed-route.ts';
import { SinkRoute } from './sink-route.ts';

/** Requests whose answer depends on the messages published before. */
const DRAINED_BEFORE: ReadonlySet<MethodToSend['name']> = new Set([
  'basic.get',
  'queue.purge',
  'queue.delete',
  'queue.unbind',
  'exchange.delete',
  'exchange.unbind',
]);

/** Direct Mode for one channel. */
export class ChannelPaths implements DirectPaths, RouteReport {
  private readonly host: ChannelHost;
  private readonly mode: DirectMode;
  private readonly client: DirectClient;
  private readonly sinks = new Map<string, SinkRoute>();
  /** Feeds of consumers that are being started. */
  private readonly starting = new Map<ConsumeMethod, FeedRoute>();
  /** Feeds by consumer tag. */
  private readonly feeds = new Map<string, FeedRoute>();
  private lastExchange: string | null = null;
  private lastSink: SinkRoute | null = null;
  private requestOutstanding = false;

  constructor(host: ChannelHost, mode: DirectMode, client: DirectClient) {
    this.host = host;
    this.mode = mode;
    this.client = client;
    mode.addReport(this);
  }

  get sinkStats(): SinkStats[] {
    return Array.from(this.sinks.values(), (sink) => sink.stats);
  }

  get feedStats(): FeedStats[] {
    return Array.from(this.feeds.values(), (feed) => feed.stats);
  }

  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): boolean | null {
    if (exchange !== this.lastExchange || this.lastSink === null) {
      // Not a name: the ordinary way says what is wrong with it.
      if (typeof exchange !== 'string' || Buffer.byteLength(exchange) > 255) return null;
      this.lastSink = this.sinkOf(exchange);
      this.lastExchange = exchange;
    }
    return this.lastSink.publish(routingKey, content, options);
  }

  private sinkOf(exchange: string): SinkRoute {
    let sink = this.sinks.get(exchange);
    if (sink === undefined) {
      sink = new SinkRoute(exchange, this.host, this.mode, this.client);
      sink.pause(this.requestOutstanding);
      this.sinks.set(exchange, sink);
    }
    return sink;
  }

  before(request: MethodToSend): ((proceed: () => void) => void) | null {
    if (request.name === 'basic.consume') return this.beforeConsume(request);
    const counts = request.name === 'queue.declare' && request.passive;
    if (this.sinks.size === 0 || !(counts || DRAINED_BEFORE.has(request.name))) return null;
    return (proceed) => this.drain(proceed);
  }

  private beforeConsume(method: ConsumeMethod): ((proceed: () => void) => void) | null {
    const { queue = '' } = method;
    const rival = this.mode.feedOf(queue);
    // A feed would get all messages of a queue that two consumers share.
    if (rival !== undefined) return (proceed) => rival.finish(proceed);
    if (!method.noAck || !this.mode.isExclusive(queue)) return null;
    return (proceed) => {
      const feed = new FeedRoute(queue, this.host, this.mode, this.client);
      this.starting.set(method, feed);
      this.mode.feedOpened(queue, feed);
      feed.open(proceed);
    };
  }

  requestsChanged(outstanding: boolean): void {
    if (outstanding === this.requestOutstanding) return;
    this.requestOutstanding = outstanding;
    for (const sink of this.sinks.values()) sink.pause(outstanding);
  }

  consumerStarted(method: ConsumeMethod, consumerTag: string): void {
    const feed = this.starting.get(method);
    if (feed === undefined) return;
    this.starting.delete(method);
    this.feeds.set(consumerTag, feed);
    feed.start(consumerTag);
  }

  consumeFailed(method: ConsumeMethod): void {
    const feed = this.starting.get(method);
    if (feed === undefined) return;
    this.starting.delete(method);
    this.mode.feedClosed(feed.queue, feed);
    feed.close(new Error('Consumer refused'));
  }

  holds(message: ConsumeMessage): boolean {
    if (this.feeds.size === 0) return false;
    return this.feeds.get(message.fields.consumerTag)?.holds(message) ?? false;
  }

  finishConsumer(consumerTag: string, done: () => void): void {
    const feed = this.feeds.get(consumerTag);
    if (feed === undefined) {
      done();
      return;
    }
    feed.finish(() => {
      this.forgetFeed(consumerTag, feed);
      done();
    });
  }

  consumerGone(consumerTag: string): void {
    const feed = this.feeds.get(consumerTag);
    if (feed === undefined) return;
    this.forgetFeed(consumerTag, feed);
    feed.close(new Error('Consumer cancelled'));
  }

  private forgetFeed(consumerTag: string, feed: FeedRoute): void {
    this.feeds.delete(consumerTag);
    this.mode.feedClosed(feed.queue, feed);
  }

  drain(done: () => void): void {
    let missing = 1;
    const drained = () => {
      missing--;
      if (missing === 0) done();
    };
    for (const sink of this.sinks.values()) {
      missing++;
      sink.drain(drained);
    }
    drained();
  }

  suspend(): void {
    for (const sink of this.sinks.values()) sink.suspend();
    this.closeFeeds(new Error('Connection lost'));
  }

  close(): void {
    this.mode.removeReport(this);
    for (const sink of this.sinks.values()) sink.close();
    this.closeFeeds(new Error('Channel closed'));
  }

  private closeFeeds(reason: Error): void {
    const feeds = [...this.feeds.values(), ...this.starting.values()];
    this.feeds.clear();
    this.starting.clear();
    for (const feed of feeds) {
      this.mode.feedClosed(feed.queue, feed);
      feed.close(reason);
    }
  }
}
