import { compare } from '../../crash/model/compare.ts';
import { Ledger } from '../../crash/model/ledger.ts';
import type { Message, Publication, Settlement } from '../../crash/model/message.ts';
import { type QueueRule, queueRule } from '../../crash/model/queue-rule.ts';
import type { FoundMessage } from '../../crash/model/snapshot.ts';
import type { TransactionRecord } from '../../crash/model/transaction-record.ts';

/** A message as it lies in a queue: its id, or more of it. */
export type Lying = string | FoundMessage;

/** A ledger, told what happens in few words. Time stands still unless it is moved. */
export class LedgerRig {
  readonly ledger = new Ledger();
  nowMs = 1_000_000;

  /** A message on its way; unconfirmed. */
  send(
    queue: QueueRule | readonly QueueRule[],
    publication: Partial<Publication> = {},
    transaction: TransactionRecord | null = null,
  ): Message {
    const queues = Array.isArray(queue) ? queue : [queue];
    return this.ledger.publishing(
      {
        publisher: 'publisher',
        exchange: '',
        routingKey: queues[0].name,
        queues,
        persistent: true,
        priority: 0,
        sizeOctets: 1,
        ttlMs: Infinity,
        ...publication,
      },
      this.nowMs,
      transaction,
    );
  }

  /** A message that is confirmed. */
  confirm(
    queue: QueueRule | readonly QueueRule[],
    publication: Partial<Publication> = {},
  ): Message {
    const message = this.send(queue, publication);
    this.ledger.confirmed(message, this.nowMs);
    return message;
  }

  /** The message is delivered, and settled if it is said how. */
  deliver(
    { id }: Message,
    queue: string,
    settlement: Settlement | null = null,
    { redelivered = false, channel = 'consumer' } = {},
  ): void {
    this.ledger.consuming(queue);
    const sighting = this.ledger.received(id, queue, redelivered, true, this.nowMs);
    if (sighting !== null && settlement !== null) {
      this.ledger.settling(sighting, settlement, channel);
    }
    this.ledger.consumed(queue);
  }

  /** What `channel` did before is on disk. */
  seal(channel = 'consumer'): void {
    this.confirm(queueRule('seals'), { publisher: channel });
  }

  /** The broker dies, and this is found in the queues; without a mark unless it is said. */
  crash(found: Readonly<Record<string, readonly Lying[]>>): void {
    this.ledger.crashed('killed');
    this.look(found);
  }

  /** This is found in the queues of the running broker. */
  look(found: Readonly<Record<string, readonly Lying[]>>): void {
    const seals = this.ledger.copiesOf('seals').map(({ message }) => lying(message.id));
    const queues = Object.entries(found).map(([name, messages]) => [name, messages.map(lying)]);
    compare(this.ledger, {
      startedMs: this.nowMs,
      endedMs: this.nowMs,
      queues: new Map([['seals', seals], ...(queues as [string, FoundMessage[]][])]),
    });
  }

  /** The kinds of what is wrong, once each. */
  kinds(): string[] {
    return [...new Set(this.ledger.findings.map(({ kind }) => kind))];
  }
}

/** Found with the mark of redelivery. */
export function marked({ id }: Message): FoundMessage {
  return { id, redelivered: true, isWhole: true };
}

function lying(message: Lying): FoundMessage {
  if (typeof message !== 'string') return message;
  return { id: message, redelivered: false, isWhole: true };
}
