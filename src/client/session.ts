import type { Connection } from './amqp/connection.ts';
import type { ApplicationChannel } from './api/application-channel.ts';
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

  /** Opens a channel, and lets Direct Mode serve it if that is on and may. */
  open(channel: ApplicationChannel, done: (error: Error | null) => void): void {
    channel.open((error) => {
      // Confirms have tags, which a sink has not.
      if (error === null && this.direct !== null && !channel.confirming) {
        channel.useDirect(new ChannelPaths(this.connection, this.direct, channel));
      }
      done(error);
    });
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
