import type { MessageView } from '../../wire/message-view.ts';
import { NO_ORIGIN, type QueueConsumer } from '../queues/queue-consumer.ts';
import type { ConsumerHost } from './channel-consumer.ts';
import { deliverPrefix, writeDelivery } from './delivery-writer.ts';

/** Consumes the replies to a requester's direct reply-to address: no queue lies between. */
export class ReplyConsumer implements QueueConsumer {
  readonly tag: string;
  readonly noAck = true;
  readonly exclusive = false;
  readonly priority = 0;
  readonly refusedOrigin = NO_ORIGIN;
  attached = false;
  waiting = false;

  private readonly host: ConsumerHost;
  private readonly prefix: Buffer;

  constructor(tag: string, host: ConsumerHost) {
    this.tag = tag;
    this.host = host;
    this.prefix = deliverPrefix(tag);
  }

  canReceive(): boolean {
    return this.host.canDeliver();
  }

  deliver(view: MessageView, redelivered: boolean): void {
    const deliveryTag = this.host.acknowledgements.nextTag();
    writeDelivery(this.host, this.prefix, deliveryTag, redelivered, view);
    this.host.counts.deliveredNoAck++;
  }

  deliverTracked(): void {
    throw new Error('replies are not acknowledged');
  }

  cancelledByServer(): void {
    throw new Error('the reply-to pseudo-queue cannot be deleted');
  }
}
