import { randomBytes } from 'node:crypto';
import type { QueueConsumer } from '../queues/queue-consumer.ts';

/** The pseudo-queue of direct reply-to (RabbitMQ extension). */
export const REPLY_TO_QUEUE = 'amq.rabbitmq.reply-to';

const ADDRESS_PREFIX = `${REPLY_TO_QUEUE}.`;

/** Unguessable, so that only who got a request can answer it. */
const TOKEN_OCTETS = 16;

/**
 * Who consumes from the direct reply-to pseudo-queue, by the address that requesters put into
 * `reply-to`. An address is published to as a routing key of the default exchange.
 */
export class ReplyAddresses {
  private readonly consumers = new Map<string, QueueConsumer>();

  /** Gives the consumer an address. */
  register(consumer: QueueConsumer): string {
    const address = ADDRESS_PREFIX + randomBytes(TOKEN_OCTETS).toString('base64url');
    this.consumers.set(address, consumer);
    return address;
  }

  unregister(address: string): void {
    this.consumers.delete(address);
  }

  find(address: string): QueueConsumer | null {
    return this.consumers.get(address) ?? null;
  }
}
