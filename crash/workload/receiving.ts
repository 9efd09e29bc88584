import type { Message as Delivery } from 'amqplib';
import type { Sighting } from '../model/message.ts';
import { isBodyOf } from './body.ts';
import type { Run } from './run.ts';

/** Tells the ledger of a delivery. @returns null for one that nobody sent */
export function receive(run: Run, queue: string, delivery: Delivery): Sighting | null {
  const id = String(delivery.properties.messageId);
  const isWhole = isBodyOf(id, delivery.content);
  return run.ledger.received(id, queue, delivery.fields.redelivered, isWhole, Date.now());
}
