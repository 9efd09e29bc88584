import type { FrameTarget } from '../channel/delivery-writer.ts';
import type { Queue } from '../queues/queue.ts';
import type { Permissions } from '../security/permissions.ts';
import type { User } from '../security/user.ts';
import type { DirectAcceptor } from './direct-acceptor.ts';

/** Who asks for leases: a channel, on which returned messages come back, too. */
export interface LeaseOwner extends FrameTarget {
  readonly connection: {
    /** Number of the AMQP connection. */
    readonly number: number;
    /** It uses TLS: so must its direct connections. */
    readonly isSecure: boolean;
    readonly user: User;
    /** What the user may do in the connection's virtual host, as of now. */
    readonly permissions: Permissions;
    /** What the client calls itself in Connection.Start-Ok. */
    readonly clientProduct: string;
  };
}

/** Direct Mode, as the AMQP side sees it. */
export interface DirectService extends DirectAcceptor<LeaseOwner> {
  /** Grants non-exclusive access to an exchange. @returns the lease */
  grantSink(owner: LeaseOwner, vhost: string, exchange: string): string;
  /** Whether a feed is leased. */
  isFeedLeased(queue: Queue): boolean;
  /** Grants exclusive access to an exclusive queue that is not leased. @returns the lease */
  grantFeed(owner: LeaseOwner, queue: Queue): string;
  /** A channel has closed: its leases end and its direct connections are broken. */
  ownerReleased(owner: LeaseOwner): void;
  /**
   * A queue got or lost a consumer, or Channel.Flow changed: its feed may become active or stop
   * being so.
   */
  consumersChanged(queue: Queue): void;
  /** A queue is deleted: it can't be a feed any more. */
  queueDeleted(queue: Queue): void;
  /** What applies to a queue has changed: its feed may have other limits. */
  queueRulesChanged(queue: Queue): void;
  /** What a user may do has changed: sinks it may not write to any more are closed. */
  permissionsChanged(user: User): void;
  /** A virtual host is gone. */
  vhostDeleted(vhost: string): void;
  /**
   * Calls `done` when all threads route by the topology as it is now.
   * @returns false, and doesn't call, if they do so already
   */
  whenRouted(done: () => void): boolean;
  /** Has exchanges and queues count what has moved past main since the last time. */
  countTraffic(): void;
  /** Takes nothing from the shards for ordinary queues, or goes on: sinks wait with publishers. */
  hold(held: boolean): void;
  /** Does what was put off until the end of a turn of the event loop. */
  finishTurn(): void;
}
