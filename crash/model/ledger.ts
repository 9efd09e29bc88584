import type { Finding, FindingKind } from './finding.ts';
import type {
  Copy,
  Message,
  Publication,
  Settlement,
  SettlementRecord,
  Sighting,
  Stay,
} from './message.ts';
import { DEAD, GONE, NOT_ARRIVED, overlap, type Places, placesText, SOURCE } from './places.ts';
import type { TransactionRecord } from './transaction-record.ts';

/**
 * What the clients did and what they were told: everything that may and may not be expected of the
 * broker, after a crash and before. All knowledge is one of three: *certain* (the broker has
 * answered), *open* (sent, not answered) or *excluded*. A copy of a message has a set of places
 * where it may be; these rules change the set:
 *
 * - Publishing: not arrived, or in its queue. The confirm, or Commit-Ok, excludes "not arrived".
 *   Basic.Nack leaves it open. A transient message, and one in a transient queue, is gone after a
 *   restart, and only then.
 * - Acknowledging: perhaps gone, until it is *sealed*. AMQP has no answer to an acknowledgement, so
 *   it is certain when a persistent message, published to a durable queue *later on the same
 *   channel*, is confirmed: the broker writes down what a channel asks for in order, and a confirm
 *   says that all up to it is on disk. In a transaction, Commit-Ok seals. Rejecting is the same,
 *   with the queue of dead letters instead of "gone", if there is one. Requeueing changes no place.
 * - Within the run of the broker that was sent it, an acknowledgement needs no seal: the message
 *   must not be delivered in that run again.
 * - A message may have expired from the moment on at which the publisher sent it plus its time; it
 *   must be, when it was confirmed longer ago than that.
 * - A queue with a greatest length may have dropped a message if at least as many others may have
 *   come in behind it.
 * - Delete: perhaps gone; after Delete-Ok, certainly. A purge counts as an acknowledgement, which a
 *   later confirm on the same channel seals; it leaves what is unacknowledged, so nothing is certain
 *   where there are consumers.
 * - A transaction is all or nothing; what is not committed is nowhere.
 * - Redelivered: a message that a client has received must be marked when it comes again in the same
 *   run; after a restart, when the delivery was sealed by any confirm of a persistent message that
 *   was sent after the delivery. A message of a queue that nobody has consumed from since it was
 *   published must not be marked.
 * - Order: what one channel published with one priority to one queue lies there in this order, and
 *   what is not redelivered arrives in it. (Not so for dead letters: they come in the order in which
 *   they died.)
 *
 * Synchronous and without sockets or clocks. Steps count what happens, so that "sent after that was
 * received" can be asked.
 */
export class Ledger {
  /** Counts what happens. */
  step = 0;
  /** Counts the runs of the broker. */
  run = 1;
  readonly findings: Finding[] = [];
  /** Called when the broker has said that something is done, which must survive from then on. */
  onPromise: () => void = () => {};
  readonly messages = new Map<string, Message>();
  /** Transactions whose Commit was sent and not answered. */
  readonly openTransactions = new Set<TransactionRecord>();
  /** By queue: its copies in the order in which they were sent. */
  readonly copiesByQueue = new Map<string, Copy[]>();
  /** By queue: the step of the last moment at which a consumer was open. */
  private readonly consumedSteps = new Map<string, number>();
  private readonly openConsumers = new Map<string, number>();
  /** By queue of dead letters: the queue they come from. */
  private readonly sources = new Map<string, string>();
  /** By channel: settlements that no confirm has sealed. */
  private readonly unsealed = new Map<string, SettlementRecord[]>();
  private readonly numbers = new Map<string, number>();
  private lastId = 0;
  /** Everything received before this step is on disk. */
  private sealedStep = 0;

  /** Messages sent so far. */
  get messageCount(): number {
    return this.lastId;
  }

  /** A message is about to be sent; in a transaction it arrives with its commit. */
  publishing(
    publication: Publication,
    nowMs: number,
    transaction: TransactionRecord | null = null,
  ): Message {
    const number = (this.numbers.get(publication.publisher) ?? 0) + 1;
    this.numbers.set(publication.publisher, number);
    const copies: Copy[] = [];
    const message: Message = {
      ...publication,
      id: `m${++this.lastId}`,
      number,
      sentStep: ++this.step,
      sentMs: nowMs,
      confirmedStep: Infinity,
      confirmedMs: Infinity,
      copies,
      story: [],
    };
    for (const queue of publication.queues) {
      const copy: Copy = {
        message,
        queue,
        isKept: publication.persistent && queue.durable,
        places: transaction === null ? NOT_ARRIVED | SOURCE : NOT_ARRIVED,
        atSource: newStay(),
        atDead: newStay(),
      };
      copies.push(copy);
      this.copiesOf(queue.name).push(copy);
      if (queue.deadQueue !== null) this.sources.set(queue.deadQueue, queue.name);
    }
    transaction?.publications.push(message);
    this.messages.set(message.id, message);
    const { persistent, sizeOctets, priority, exchange, routingKey } = publication;
    this.tell(
      message,
      `${persistent ? 'persistent' : 'transient'} message ${number} of ${publication.publisher}, ` +
        `${sizeOctets} octets, priority ${priority}, sent to ${exchange || '(default)'} ` +
        `with key ${routingKey}${transaction === null ? '' : ` in ${transaction.name}`}`,
    );
    return message;
  }

  /** The broker has confirmed the message. */
  confirmed(message: Message, nowMs: number): void {
    this.arrived(message, nowMs, 'confirmed');
    this.seal(message);
  }

  /** The broker has said that a definition is as it was asked for. */
  promised(): void {
    this.onPromise();
  }

  /** The broker has refused the message with Basic.Nack: it need not be anywhere, and may be. */
  refused(message: Message): void {
    this.step++;
    this.tell(message, 'refused');
  }

  /**
   * A client has received a message from a queue.
   *
   * @param isWhole its body is what was sent
   * @returns what it is, or null for something that nobody sent to this queue
   */
  received(
    id: string,
    queue: string,
    redelivered: boolean,
    isWhole: boolean,
    nowMs: number,
  ): Sighting | null {
    const step = ++this.step;
    const sighting = this.sight(id, queue);
    if (sighting === null) {
      this.find('unknown', `${queue} delivered ${id}, which was never sent to it`, this.story(id));
      return null;
    }
    const { copy, place, stay } = sighting;
    const { message } = copy;
    this.tell(message, `received from ${queue}${redelivered ? ', redelivered' : ''}`);
    if (!isWhole) this.findAt('garbled', `${queue} delivered ${id} with another body`, message);
    if (stay.settledRun === this.run) {
      this.findAt('came back', `${queue} delivered ${id} again after its settlement`, message);
    } else if (!overlap(this.possiblePlaces(copy, nowMs), place)) {
      this.findAt(
        'came back',
        `${queue} delivered ${id}, which must be ${placesText(copy.places)}`,
        message,
      );
    } else {
      this.checkMark(sighting, redelivered);
    }
    if (place === DEAD) copy.places |= DEAD;
    stay.receivedStep = step;
    return sighting;
  }

  /** A client is about to settle what it has received, on this channel. */
  settling(
    { copy, place, stay }: Sighting,
    settlement: Settlement,
    channel: string,
    transaction: TransactionRecord | null = null,
  ): void {
    const step = ++this.step;
    this.tell(copy.message, `${settlement} sent on ${channel}`);
    if (settlement === 'requeue') return;
    const after = settledPlaces(copy, place, settlement);
    const record = { copy, place, stay, step, after };
    if (transaction !== null) {
      transaction.settlements.push(record);
      return;
    }
    this.awaitSeal(channel, record);
  }

  /** Commit is about to be sent. */
  committing(transaction: TransactionRecord): void {
    this.step++;
    this.openTransactions.add(transaction);
    for (const message of transaction.publications) {
      this.tell(message, `${transaction.name} sent its commit`);
      for (const copy of message.copies) copy.places |= SOURCE;
    }
    for (const { copy, stay, after } of transaction.settlements) {
      this.tell(copy.message, `${transaction.name} sent its commit`);
      copy.places |= after;
      stay.settledRun = this.run;
    }
  }

  /** Commit-Ok has come. */
  committed(transaction: TransactionRecord, nowMs: number): void {
    this.openTransactions.delete(transaction);
    for (const message of transaction.publications) {
      this.arrived(message, nowMs, `${transaction.name} is committed`);
    }
    for (const settlement of transaction.settlements) this.sealOne(settlement);
  }

  /** Rollback-Ok has come, or the channel was closed: nothing of it happens. */
  rolledBack(transaction: TransactionRecord): void {
    this.step++;
    for (const message of transaction.publications) {
      this.tell(message, `${transaction.name} is rolled back`);
    }
  }

  /** A client begins to consume from a queue, or to get. */
  consuming(queue: string): void {
    this.step++;
    this.openConsumers.set(queue, (this.openConsumers.get(queue) ?? 0) + 1);
  }

  /** The client has stopped, and the broker knows. */
  consumed(queue: string): void {
    this.consumedSteps.set(queue, ++this.step);
    this.openConsumers.set(queue, (this.openConsumers.get(queue) ?? 1) - 1);
  }

  /** Everything in these queues was looked at and given back. */
  inspected(queues: Iterable<string>): void {
    const step = ++this.step;
    for (const queue of queues) this.consumedSteps.set(queue, step);
  }

  /** Purge is about to be sent. */
  purging(queue: string): void {
    this.everyCopyMayBeGone(queue, 'purge sent');
  }

  /** Purge-Ok has come on this channel, and nobody was consuming from the queue. */
  purged(queue: string, channel: string): void {
    const step = ++this.step;
    for (const copy of this.copiesOf(queue)) {
      this.tell(copy.message, `${queue} is purged`);
      const stay = copy.atSource;
      this.awaitSeal(channel, { copy, place: SOURCE, stay, step, after: GONE });
    }
  }

  /** Delete is about to be sent. */
  deleting(queue: string): void {
    this.everyCopyMayBeGone(queue, 'delete of the queue sent');
  }

  /** Delete-Ok has come. */
  deleted(queue: string): void {
    this.step++;
    for (const copy of this.copiesOf(queue)) {
      copy.places = GONE;
      this.tell(copy.message, `${queue} is deleted`);
    }
    this.copiesByQueue.delete(queue);
  }

  /** The broker has died or stopped: what was not on disk is forgotten. */
  crashed(how: string): void {
    const step = ++this.step;
    for (const [queue, count] of this.openConsumers) {
      if (count > 0) this.consumedSteps.set(queue, step);
    }
    this.openConsumers.clear();
    this.unsealed.clear();
    for (const message of this.messages.values()) {
      for (const copy of message.copies) {
        if (!copy.isKept) copy.places = GONE;
        for (const stay of [copy.atSource, copy.atDead]) {
          if (stay.receivedStep >= this.sealedStep) stay.receivedStep = 0;
        }
      }
      this.tell(message, how);
    }
    this.run++;
  }

  /** Where a copy may be at this time: what it does by itself, included. */
  possiblePlaces(copy: Copy, nowMs: number): Places {
    if (!this.mayLeave(copy, nowMs)) return copy.places;
    return copy.places | (copy.queue.deadQueue === null ? GONE : DEAD);
  }

  /** Whether a copy may have left its queue by itself: expired, or dropped by the queue. */
  mayLeave(copy: Copy, nowMs: number): boolean {
    const { places, message, queue } = copy;
    if (!overlap(places, SOURCE)) return false;
    const ttlMs = Math.min(queue.ttlMs, message.ttlMs);
    return nowMs >= message.sentMs + ttlMs || this.mayBeDropped(copy);
  }

  /** What a message with this id is in this queue, or null. */
  sight(id: string, queue: string): Sighting | null {
    const message = this.messages.get(id);
    const source = this.sources.get(queue);
    for (const copy of message?.copies ?? []) {
      if (copy.queue.name === queue) return { copy, place: SOURCE, stay: copy.atSource };
      if (copy.queue.name === source) return { copy, place: DEAD, stay: copy.atDead };
    }
    return null;
  }

  /** Whether a delivery mark is as it must be. */
  checkMark({ copy, place, stay }: Sighting, redelivered: boolean): void {
    const { message, queue } = copy;
    const name = place === DEAD ? (queue.deadQueue ?? '') : queue.name;
    if (!redelivered && stay.receivedStep > 0) {
      this.findAt('redelivered', `${name}: ${message.id} is not marked as redelivered`, message);
    } else if (redelivered && !this.hasBeenConsumedSince(name, message.sentStep)) {
      this.findAt('redelivered', `${name}: ${message.id} is marked, and nobody had it`, message);
    }
  }

  /** Adds something to what happened to a message. */
  tell(message: Message, what: string): void {
    message.story.push(`step ${this.step}, run ${this.run}: ${what}`);
  }

  /** Something is wrong with this message. */
  findAt(kind: FindingKind, text: string, message: Message): void {
    this.find(kind, text, message.story);
  }

  /** Something is wrong. */
  find(kind: FindingKind, text: string, story: readonly string[] = []): void {
    this.findings.push({ kind, text, story: [...story] });
  }

  /** Copies that were sent to a queue, in this order. */
  copiesOf(queue: string): Copy[] {
    let copies = this.copiesByQueue.get(queue);
    if (copies === undefined) {
      copies = [];
      this.copiesByQueue.set(queue, copies);
    }
    return copies;
  }

  /** It happens in this run; after the next confirm on its channel it has happened for good. */
  private awaitSeal(channel: string, record: SettlementRecord): void {
    record.copy.places |= record.after;
    record.stay.settledRun = this.run;
    const waiting = this.unsealed.get(channel);
    if (waiting === undefined) this.unsealed.set(channel, [record]);
    else waiting.push(record);
  }

  private arrived(message: Message, nowMs: number, how: string): void {
    message.confirmedStep = ++this.step;
    message.confirmedMs = nowMs;
    this.tell(message, how);
    for (const copy of message.copies) copy.places &= ~NOT_ARRIVED;
    if (message.copies.some(({ isKept }) => isKept)) this.onPromise();
  }

  private seal(message: Message): void {
    if (!message.copies.some((copy) => copy.isKept)) return;
    this.sealedStep = Math.max(this.sealedStep, message.sentStep);
    const waiting = this.unsealed.get(message.publisher);
    if (waiting === undefined) return;
    const open = waiting.findIndex(({ step }) => step > message.sentStep);
    const sealed = open < 0 ? waiting.length : open;
    for (const settlement of waiting.splice(0, sealed)) this.sealOne(settlement);
  }

  private sealOne({ copy, place, after }: SettlementRecord): void {
    this.tell(copy.message, 'the settlement is on disk');
    const before = place === SOURCE ? NOT_ARRIVED | SOURCE : NOT_ARRIVED | SOURCE | DEAD;
    copy.places = after === GONE ? GONE : copy.places & ~before;
  }

  private everyCopyMayBeGone(queue: string, what: string): void {
    this.step++;
    for (const copy of this.copiesOf(queue)) {
      copy.places |= GONE;
      this.tell(copy.message, what);
    }
  }

  private hasBeenConsumedSince(queue: string, step: number): boolean {
    return (this.openConsumers.get(queue) ?? 0) > 0 || (this.consumedSteps.get(queue) ?? 0) > step;
  }

  private mayBeDropped(copy: Copy): boolean {
    const { maxLength, refusesWhenFull, name } = copy.queue;
    if (maxLength === Infinity || refusesWhenFull) return false;
    const copies = this.copiesOf(name);
    let behind = -1; // itself
    for (let i = copies.length - 1; i >= 0; i--) {
      if (copies[i].message.confirmedStep > copy.message.sentStep) behind++;
      if (behind >= maxLength) return true;
    }
    return false;
  }

  private story(id: string): readonly string[] {
    return this.messages.get(id)?.story ?? [];
  }
}

function newStay(): Stay {
  return { receivedStep: 0, settledRun: 0 };
}

function settledPlaces(copy: Copy, place: Places, settlement: Settlement): Places {
  const isDeadLettered =
    settlement === 'reject' && place === SOURCE && copy.queue.deadQueue !== null;
  return isDeadLettered ? DEAD : GONE;
}
