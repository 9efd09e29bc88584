import type { BaseChannel } from './amqp/channel.ts';
import type { Connection } from './amqp/connection.ts';
import { ChannelPaths } from './direct/channel-paths.ts';
import { DirectMode } from './direct/direct-mode.ts';
import type { ConnectionStats } from './types/stats.ts';

/** A connection and what belongs to it. */
export class Session {
  readonly connection: Connection;
  private readonly direct: DirectMode | null;

  constructor(connection: Connection) {
    this.connection = connection;
    this.direct = isDirect(connection)
      ? new DirectMode(connection, () => connection.link.target)
      : null;
    if (this.direct !== null) connection.observers.push(this.direct);
  }

  /** Lets Direct Mode serve the channel, if it is on. */
  attach(channel: BaseChannel): void {
    if (this.direct === null) return;
    channel.useDirect(new ChannelPaths(this.connection, this.direct, channel));
  }

  stats(): ConnectionStats {
    const { tally } = this.connection;
    return {
      direct: this.direct !== null,
      published: { direct: tally.publishedDirect, ordinary: tally.publishedOrdinary },
      delivered: { direct: tally.deliveredDirect, ordinary: tally.deliveredOrdinary },
      sinks: this.direct?.sinkStats ?? [],
      feeds: this.direct?.feedStats ?? [],
      arrivals: {
        waiting: tally.arrivalWaiting,
        discarded: tally.arrivalDiscarded,
        overflows: tally.arrivalOverflows,
      },
      reconnects: tally.reconnects,
    };
  }
}

/**
 * A broker that knows Direct Mode says so, and whether to use it unless the application decides.
 */
function isDirect(connection: Connection): boolean {
  const offered: unknown = connection.serverProperties.direct;
  return offered !== undefined && (connection.settings.direct ?? offered === 1);
}
