import type { InboxQueues } from '../../shards/main-inbox.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { NO_CONSUMERS, NO_ROUTE } from '../../wire/reply-code.ts';
import type { BrokerCore } from '../broker-core.ts';
import {
  PERSISTENT,
  readDeliveryMode,
  readExpirationMs,
  readPriority,
} from '../messages/inspect.ts';
import type { Sinks } from './sinks.ts';

/** `returnTo` of a message that needn't be returned. */
const NOBODY = -1;

/** Takes what sinks send to ordinary queues, or what must go back to them. */
export class InboundContents {
  private readonly core: BrokerCore;
  private readonly sinks: Sinks;

  constructor(core: BrokerCore, sinks: Sinks) {
    this.core = core;
    this.sinks = sinks;
  }

  /** See InboxHandler.content. */
  content({ queueNumbers, origin }: InboxQueues, view: MessageView): void {
    this.deliver(queueNumbers, origin, view);
  }

  /** See InboxHandler.unrouted. */
  unrouted(sink: number, view: MessageView): void {
    this.sinks.giveBack(sink, NO_ROUTE, 'NO_ROUTE', view);
  }

  /** See InboxHandler.immediate. */
  immediate({ queueNumbers, origin }: InboxQueues, returnTo: number, view: MessageView): void {
    const able = queueNumbers.filter(
      (number) => this.core.queues.get(number)?.canDeliverNow(origin) === true,
    );
    if (able.length > 0) this.deliver(able, origin, view);
    else if (returnTo !== NOBODY) this.sinks.giveBack(returnTo, NO_CONSUMERS, 'NO_CONSUMERS', view);
  }

  private deliver(queueNumbers: readonly number[], origin: number, view: MessageView): void {
    const { publication, queues } = this.core;
    publication.reset(origin);
    publication.expirationMs = usableExpiration(view);
    publication.priority = readPriority(view);
    publication.persistent = readDeliveryMode(view) === PERSISTENT;
    for (let i = 0; i < queueNumbers.length; i++) {
      queues.get(queueNumbers[i])?.publish(view, publication);
    }
  }
}

/** A direct publisher isn't told of an expiration that makes no sense: it counts as none. */
function usableExpiration(view: MessageView): number {
  const milliseconds = readExpirationMs(view);
  return Number.isNaN(milliseconds) ? Infinity : milliseconds;
}
