/**
 * What is counted for every message. Plain numbers that the hot path increments; nothing is summed
 * up before somebody asks (object-tables.ts).
 */

/** Messages handed out and settled, for a queue or a channel. */
export class DeliveryCounts {
  /** Delivered to consumers that acknowledge. */
  delivered = 0;
  deliveredNoAck = 0;
  /** Fetched by Basic.Get, to be acknowledged. */
  got = 0;
  gotNoAck = 0;
  /** Basic.Get that found nothing. */
  gotNothing = 0;
  /** Deliveries and fetches, among those above, of messages that had been delivered before. */
  redelivered = 0;
  acknowledged = 0;

  /** Adds what another one has counted. */
  addDeliveries(other: DeliveryCounts): void {
    this.delivered += other.delivered;
    this.deliveredNoAck += other.deliveredNoAck;
    this.got += other.got;
    this.gotNoAck += other.gotNoAck;
    this.gotNothing += other.gotNothing;
    this.redelivered += other.redelivered;
    this.acknowledged += other.acknowledged;
  }
}

/** A queue: messages that came in, whether or not they were stored, and what became of them. */
export class QueueCounts extends DeliveryCounts {
  published = 0;
}

/** A channel, or all channels of a virtual host that have closed. */
export class ChannelCounts extends DeliveryCounts {
  published = 0;
  /** Acknowledged to the publisher. */
  confirmed = 0;
  /** Given back to the publisher, who had asked for it. */
  returned = 0;
  /** Routed to no queue and dropped. */
  unroutable = 0;

  /** Adds what another one has counted. */
  add(other: ChannelCounts): void {
    this.addDeliveries(other);
    this.published += other.published;
    this.confirmed += other.confirmed;
    this.returned += other.returned;
    this.unroutable += other.unroutable;
  }
}

/** An exchange: what main routes for it, and, when somebody asks, what shards do. */
export class ExchangeCounts {
  /** Messages published to it. */
  in = 0;
  /** Copies that it sent on to queues. */
  out = 0;
}

/** Logins that were tried, and how they ended. */
export class LoginCounts {
  succeeded = 0;
  failed = 0;

  count(succeeded: boolean): void {
    if (succeeded) this.succeeded++;
    else this.failed++;
  }
}

/** How many came and went since the start. */
export class ChurnCounts {
  connectionsCreated = 0;
  connectionsClosed = 0;
  channelsCreated = 0;
  channelsClosed = 0;
  /** Queue.Declare, of queues that existed, too. */
  queuesDeclared = 0;
  queuesCreated = 0;
  queuesDeleted = 0;
}
