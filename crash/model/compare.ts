import type { Ledger } from './ledger.ts';
import type { Copy, Sighting } from './message.ts';
import { DEAD, GONE, NOT_ARRIVED, overlap, type Places, placesText, SOURCE } from './places.ts';
import type { FoundMessage, Snapshot } from './snapshot.ts';
import type { TransactionRecord } from './transaction-record.ts';

/** How late a message may expire, in milliseconds: timers of a busy machine. */
const EXPIRY_SLACK_MS = 2000;

/** Where a copy was found. */
type Found = Map<Copy, Places>;

/**
 * Compares what is there after a restart with what the ledger says may be there, reports what is
 * wrong to the ledger, and lets the ledger know what is certain now.
 */
export function compare(ledger: Ledger, snapshot: Snapshot): void {
  const found = findCopies(ledger, snapshot);
  for (const message of ledger.messages.values()) {
    for (const copy of message.copies) checkCopy(ledger, copy, found.get(copy) ?? 0, snapshot);
  }
  for (const transaction of ledger.openTransactions) {
    checkTransaction(ledger, transaction, found, snapshot);
  }
  settle(ledger, found);
  ledger.inspected(snapshot.queues.keys());
}

function findCopies(ledger: Ledger, { queues }: Snapshot): Found {
  const found: Found = new Map();
  for (const [queue, messages] of queues) {
    const order = new OrderCheck(ledger, queue);
    const seen = new Set<string>();
    for (const message of messages) {
      const sighting = identify(ledger, queue, message);
      if (sighting === null) continue;
      const { copy, place } = sighting;
      if (seen.has(message.id)) {
        ledger.findAt('twice', `${queue} has ${message.id} twice`, copy.message);
      }
      seen.add(message.id);
      if (found.has(copy)) {
        const name = `${copy.queue.name} and ${copy.queue.deadQueue}`;
        ledger.findAt('twice', `${message.id} is both in ${name}`, copy.message);
      }
      found.set(copy, (found.get(copy) ?? 0) | place);
      ledger.checkMark(sighting, message.redelivered);
      if (place === SOURCE) order.next(copy);
    }
    checkLength(ledger, queue, messages.length);
  }
  return found;
}

function identify(ledger: Ledger, queue: string, message: FoundMessage): Sighting | null {
  const { id, isWhole, redelivered } = message;
  const sighting = ledger.sight(id, queue);
  if (sighting === null) {
    const story = ledger.messages.get(id)?.story;
    ledger.find('unknown', `${queue} has ${id}, which was never sent to it or is long gone`, story);
    return null;
  }
  const mark = redelivered ? ', marked as redelivered' : '';
  ledger.tell(sighting.copy.message, `found in ${queue}${mark}`);
  if (!isWhole) {
    ledger.findAt('garbled', `${queue} has ${id} with another body`, sighting.copy.message);
  }
  return sighting;
}

/** What one channel published with one priority lies in this order in its queue. */
export class OrderCheck {
  private readonly ledger: Ledger;
  private readonly queue: string;
  /** By publisher and priority: the last number. */
  private readonly numbers = new Map<string, number>();

  constructor(ledger: Ledger, queue: string) {
    this.ledger = ledger;
    this.queue = queue;
  }

  /** This copy comes next. */
  next({ message, queue }: Copy): void {
    const key = `${message.publisher} ${Math.min(message.priority, queue.maxPriority)}`;
    const last = this.numbers.get(key) ?? 0;
    if (message.number <= last) {
      const text = `${message.id} (number ${message.number}) comes behind number ${last}`;
      this.ledger.findAt('order', `${this.queue}: ${text} of ${message.publisher}`, message);
    }
    this.numbers.set(key, Math.max(last, message.number));
  }
}

function checkLength(ledger: Ledger, queue: string, length: number): void {
  const rule = ledger.copiesByQueue.get(queue)?.[0]?.queue;
  if (rule === undefined || rule.refusesWhenFull || length <= rule.maxLength) return;
  ledger.find('length', `${queue} has ${length} messages and may have ${rule.maxLength}`);
}

function checkCopy(ledger: Ledger, copy: Copy, found: Places, snapshot: Snapshot): void {
  const { message, queue } = copy;
  const possible = ledger.possiblePlaces(copy, snapshot.endedMs);
  if (found === 0) {
    if (overlap(possible, NOT_ARRIVED | GONE)) return;
    const text = `${message.id} is not in ${queue.name} and must be ${placesText(possible)}`;
    ledger.findAt('lost', text, message);
    return;
  }
  const wrong = found & ~possible;
  if (wrong !== 0) {
    const text = `${message.id} of ${queue.name} is ${placesText(wrong)}`;
    ledger.findAt('came back', `${text} and must be ${placesText(possible)}`, message);
  } else if (found === SOURCE && hasExpired(copy, snapshot.startedMs)) {
    const text = `${message.id} is in ${queue.name} and has expired`;
    ledger.findAt('came back', text, message);
  }
}

function hasExpired({ message, queue }: Copy, nowMs: number): boolean {
  const ttlMs = Math.min(queue.ttlMs, message.ttlMs);
  return message.confirmedMs + ttlMs + EXPIRY_SLACK_MS < nowMs;
}

/** Of a transaction whose commit was not answered everything must have happened, or nothing. */
function checkTransaction(
  ledger: Ledger,
  transaction: TransactionRecord,
  found: Found,
  { endedMs }: Snapshot,
): void {
  const happened: string[] = [];
  const notHappened: string[] = [];
  const testify = (did: boolean, what: string) => (did ? happened : notHappened).push(what);
  for (const { id, copies } of transaction.publications) {
    for (const copy of copies) {
      // What may have been settled or dropped since says nothing.
      if (!copy.isKept || ledger.possiblePlaces(copy, endedMs) !== (NOT_ARRIVED | SOURCE)) continue;
      testify(found.has(copy), `${id} published to ${copy.queue.name}`);
    }
  }
  for (const { copy, place, after } of transaction.settlements) {
    // A message that may have left by itself looks like one that was settled.
    if (!copy.isKept || copy.places !== (place | after) || ledger.mayLeave(copy, endedMs)) continue;
    testify((found.get(copy) ?? GONE) !== place, `${copy.message.id} settled`);
  }
  if (happened.length === 0 || notHappened.length === 0) return;
  const text = `${transaction.name} happened in part`;
  const story = [`happened: ${happened.join(', ')}`, `did not: ${notHappened.join(', ')}`];
  const stories = transaction.publications.flatMap((message) => ['', ...message.story]);
  ledger.find('transaction', text, [...story, ...stories]);
}

/** Everything is certain now; messages that are gone are forgotten. */
function settle(ledger: Ledger, found: Found): void {
  ledger.openTransactions.clear();
  for (const [id, message] of ledger.messages) {
    let isSomewhere = false;
    for (const copy of message.copies) {
      const place = found.get(copy) ?? GONE;
      copy.places = overlap(place, SOURCE) ? SOURCE : place & (DEAD | GONE);
      copy.atSource.receivedStep = place === SOURCE ? ledger.step : 0;
      copy.atDead.receivedStep = place === DEAD ? ledger.step : 0;
      if (place !== GONE) isSomewhere = true;
    }
    if (isSomewhere) message.confirmedStep = Math.min(message.confirmedStep, ledger.step);
    else ledger.messages.delete(id);
  }
  for (const [queue, copies] of ledger.copiesByQueue) {
    const left = copies.filter(({ places }) => places !== GONE);
    if (left.length > 0) ledger.copiesByQueue.set(queue, left);
    else ledger.copiesByQueue.delete(queue);
  }
  ledger.step++;
}
