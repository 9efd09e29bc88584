import type { BrokerCore } from '../broker-core.ts';
import type { DirectReport } from '../direct/direct-report.ts';
import { ChannelCounts } from './counts.ts';
import { openConnections } from './open-connections.ts';

/** Messages that have come in and gone out since the start, ordinary and direct. */
export interface MessageTotals {
  readonly messagesIn: number;
  readonly messagesOut: number;
}

export function messageTotals(core: BrokerCore, report: DirectReport): MessageTotals {
  const counts = new ChannelCounts();
  for (const vhost of core.vhosts.values()) counts.add(vhost.closedChannels);
  for (const connection of openConnections(core)) {
    for (const channel of connection.channels.values()) {
      // What a channel that is being closed had counted is counted on by its virtual host.
      if (!channel.closing) counts.add(channel.counts);
    }
  }
  let messagesIn = counts.published;
  let messagesOut = counts.delivered + counts.deliveredNoAck + counts.got + counts.gotNoAck;
  for (const { kind, counters } of report.threads) {
    if (kind === 'shard') messagesIn += counters.contentsIn;
    if (kind === 'writer') messagesOut += counters.contentsOut;
  }
  return { messagesIn, messagesOut };
}
