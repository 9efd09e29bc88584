import type { MethodToSend } from '../../wire/methods.ts';
import type { BrokerCore } from '../broker-core.ts';
import type { Outbox } from '../io/outbox.ts';
import type { Queue } from '../queues/queue.ts';
import type { Permissions } from '../security/permissions.ts';
import type { User } from '../security/user.ts';
import type { VHost } from '../topology/vhost.ts';
import type { Confirms } from './confirms.ts';

/** The connection, as its channels see it once Connection.Open is done. */
export interface ChannelHost {
  /** Unique in this broker: the origin of what is published here, the owner of exclusive queues. */
  readonly number: number;
  readonly core: BrokerCore;
  /** The client uses TLS. */
  readonly isSecure: boolean;
  readonly vhost: VHost;
  readonly user: User;
  readonly permissions: Permissions;
  readonly outbox: Outbox;
  /** What the chronometer knows the connection by. */
  readonly timedAs: object;
  /** Negotiated size of the largest frame, in octets. */
  readonly frameMax: number;
  /** `product` in the client's properties, empty if it gave none. */
  readonly clientProduct: string;
  /** The client understands Basic.Cancel from the server. */
  readonly notifiesCancel: boolean;
  /** Exclusive queues declared here; they go with the connection. */
  readonly exclusiveQueues: Set<Queue>;
  send(channel: number, method: MethodToSend): void;
  /** A message was published here: under a memory alarm the connection must be stopped. */
  hasPublished(): void;
  /** Asks for `flush` at the end of this turn. */
  confirmsPending(confirms: Confirms): void;
}
