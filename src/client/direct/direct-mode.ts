import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import type { AnswerObserver, ChannelHost } from '../amqp/ports.ts';
import type { Target } from '../target.ts';
import type { ReturnedMessage } from '../types/message.ts';
import type { FeedStats, SinkStats } from '../types/stats.ts';
import type { LeaseKind } from './lease-channel.ts';
import { LeasedLine, type LeasedLineUser } from './leased-line.ts';

/** Something whose way of travelling is reported. */
export interface RouteReport {
  readonly sinkStats: readonly SinkStats[];
  readonly feedStats: readonly FeedStats[];
}

/** A feed that may have to give way. */
export interface LeasedFeed {
  /** Ends it; calls `done` when all is handed on that the broker had sent. */
  finish(done: () => void): void;
}

/**
 * Direct Mode of one connection: which queues can be feeds, and how many direct connections there
 * are.
 */
export class DirectMode implements AnswerObserver {
  private readonly host: ChannelHost;
  private readonly target: () => Target;
  private readonly exclusiveQueues = new Set<string>();
  private readonly reports = new Set<RouteReport>();
  private readonly feeds = new Map<string, LeasedFeed>();
  private lines = 0;

  /** @param target what the connection is connected to now */
  constructor(host: ChannelHost, target: () => Target) {
    this.host = host;
    this.target = target;
  }

  /** Opens a direct connection for a lease; null if there are as many as there may be. */
  openLine(kind: LeaseKind, name: string, user: LeasedLineUser): LeasedLine | null {
    if (this.lines >= this.host.settings.directMax) return null;
    this.lines++;
    return new LeasedLine(this.host, this.target(), kind, name, {
      ready: () => user.ready(),
      received: (octets: Buffer) => user.received(octets),
      written: () => user.written(),
      returned: (message: ReturnedMessage) => user.returned(message),
      closed: (reason: Error) => {
        this.lines--;
        user.closed(reason);
      },
    });
  }

  /** Whether this connection has declared the queue as its own. */
  isExclusive(queue: string): boolean {
    return this.exclusiveQueues.has(queue);
  }

  /** The feed that a consumer of the queue has. */
  feedOf(queue: string): LeasedFeed | undefined {
    return this.feeds.get(queue);
  }

  feedOpened(queue: string, feed: LeasedFeed): void {
    this.feeds.set(queue, feed);
  }

  feedClosed(queue: string, feed: LeasedFeed): void {
    if (this.feeds.get(queue) === feed) this.feeds.delete(queue);
  }

  addReport(report: RouteReport): void {
    this.reports.add(report);
  }

  removeReport(report: RouteReport): void {
    this.reports.delete(report);
  }

  get sinkStats(): SinkStats[] {
    return [...this.reports].flatMap((report) => report.sinkStats);
  }

  get feedStats(): FeedStats[] {
    return [...this.reports].flatMap((report) => report.feedStats);
  }

  answered(request: MethodToSend, answer: Method): void {
    if (request.name === 'queue.declare' && answer.name === 'queue.declare-ok') {
      if (request.exclusive && !request.passive) this.exclusiveQueues.add(answer.queue);
    } else if (request.name === 'queue.delete') {
      this.exclusiveQueues.delete(request.queue ?? '');
    }
  }
}
