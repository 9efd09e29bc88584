import type { BaseChannel } from './amqp/channel.ts';
import type { Connection } from './amqp/connection.ts';
import type { ConnectionStats } from './types/stats.ts';

/** A connection and what belongs to it. */
export class Session {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Lets Direct Mode serve the channel, if it is on. */
  attach(_channel: BaseChannel): void {}

  stats(): ConnectionStats {
    const { tally } = this.connection;
    return {
      direct: false,
      published: { direct: tally.publishedDirect, ordinary: tally.publishedOrdinary },
      delivered: { direct: tally.deliveredDirect, ordinary: tally.deliveredOrdinary },
      sinks: [],
      feeds: [],
      arrivals: {
        waiting: tally.arrivalWaiting,
        discarded: tally.arrivalDiscarded,
        overflows: tally.arrivalOverflows,
      },
      reconnects: tally.reconnects,
    };
  }
}
