import type { Channel, ConfirmChannel } from 'amqplib';
import type { Ledger } from '../model/ledger.ts';
import type { Message, Publication } from '../model/message.ts';
import type { TransactionRecord } from '../model/transaction-record.ts';
import { bodyOf } from './body.ts';
import type { Dice } from './dice.ts';
import { PRIORITIES_SENT, type Target } from './fixtures.ts';

const BODY_MAX_OCTETS = 64 * 1024;
/** Longest expiration of a message, in milliseconds. */
const EXPIRATION_MAX_MS = 3000;

/** What is to be sent to a target, all but the target by chance. */
export function randomPublication(dice: Dice, publisher: string, target: Target): Publication {
  return {
    publisher,
    exchange: target.exchange,
    routingKey: target.key,
    queues: target.queues,
    persistent: dice.chance(0.85),
    priority: dice.below(PRIORITIES_SENT),
    sizeOctets: dice.chance(0.1) ? 0 : dice.mostlySmall(1, BODY_MAX_OCTETS),
    ttlMs: dice.chance(0.03) ? dice.below(EXPIRATION_MAX_MS) + 1 : Infinity,
  };
}

/** A persistent message whose confirm says that what its channel did before is on disk. */
export function sealingPublication(publisher: string, target: Target): Publication {
  return {
    publisher,
    exchange: target.exchange,
    routingKey: target.key,
    queues: target.queues,
    persistent: true,
    priority: 0,
    sizeOctets: 0,
    ttlMs: Infinity,
  };
}

/** Sends it; `done` is called when it is confirmed or refused, and not if the broker dies. */
export function sendConfirmed(
  ledger: Ledger,
  channel: ConfirmChannel,
  publication: Publication,
  done: () => void = () => {},
): void {
  const message = ledger.publishing(publication, Date.now());
  const { exchange, routingKey } = publication;
  channel.publish(exchange, routingKey, body(message), properties(message), (error) => {
    if (error === null) ledger.confirmed(message, Date.now());
    else if (isNack(error)) ledger.refused(message);
    else return;
    done();
  });
}

/** Sends it in a transaction. */
export function sendInTransaction(
  ledger: Ledger,
  channel: Channel,
  publication: Publication,
  transaction: TransactionRecord,
): void {
  const message = ledger.publishing(publication, Date.now(), transaction);
  channel.publish(publication.exchange, publication.routingKey, body(message), properties(message));
}

function body({ id, sizeOctets }: Message): Buffer {
  return bodyOf(id, sizeOctets);
}

function properties({ id, persistent, priority, ttlMs }: Message) {
  return {
    messageId: id,
    persistent,
    priority,
    expiration: ttlMs === Infinity ? undefined : ttlMs,
  };
}

function isNack(error: unknown): boolean {
  return error instanceof Error && error.message === 'message nacked';
}
