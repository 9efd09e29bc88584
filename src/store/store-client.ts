import type { RingProducer } from '../ring/ring-producer.ts';
import { envelopeOctets, writeEnvelope } from '../wire/envelope.ts';
import type { MessageView } from '../wire/message-view.ts';
import { copyOctets, writeUint32, writeUint64 } from '../wire/octets.ts';
import { KeptLog, type LogStore } from './kept-log.ts';
import {
  CONTINUES,
  MESSAGE_HEAD_OCTETS,
  NUMBER_OCTETS,
  RECORD_DEFINE,
  RECORD_DROP,
  RECORD_ENTRY,
  RECORD_MARK,
  RECORD_MESSAGE,
  RECORD_PART,
  RECORD_PURGE,
  RECORD_SETTLE,
  RECORD_TAKEN,
  RECORD_UNDEFINE,
} from './store-records.ts';

const NO_ROOM = -1;

/** Whoever waits for a group to be durable. */
export interface GroupWaiter {
  /** All groups up to this one are durable. */
  durable(group: number): void;
}

interface Waiting {
  readonly group: number;
  readonly waiter: GroupWaiter;
}

/** A record that the ring had no room for, or is too long for. */
interface Spilled {
  readonly type: number;
  readonly target: number;
  readonly octets: Buffer;
  /** Octets that have gone as RECORD_PARTs. */
  sent: number;
}

/**
 * Main's way to the store thread. Everything that one turn of the event loop changes is a *group*:
 * it becomes durable as a whole, and in order. Synchronous: who drives it calls `endGroup` at the
 * end of the turn, `durable` when the thread has said so, and `spaceGranted`.
 *
 * When the ring is full, records wait here; `congested` is then true and publishers must be
 * stopped, which bounds what waits to what one turn of their sockets brings.
 */
export class StoreClient implements LogStore {
  private readonly producer: RingProducer;
  private readonly onCongestion: (congested: boolean) => void;
  private nextEntry = 1;
  private nextLog = 1;
  private group = 1;
  private groupIsEmpty = true;
  private durableGroup = 0;
  private definitionGroup = 0;
  private waiting: Waiting[] = [];
  private moved: KeptLog[] = [];
  private spilled: Spilled[] = [];
  private spilling: Spilled | null = null;
  private saidCongested = false;
  /** Where the record that is open is written. */
  private octets: Buffer;

  /** @param onCongestion told when the ring has no room any more, and when it has again */
  constructor(producer: RingProducer, onCongestion: (congested: boolean) => void) {
    this.producer = producer;
    this.onCongestion = onCongestion;
    this.octets = producer.bytes;
  }

  /** Records wait for room in the ring. */
  get congested(): boolean {
    return this.spilled.length > 0;
  }

  /** Number of the group that what is changed now belongs to. */
  get currentGroup(): number {
    return this.group;
  }

  /** Whether anything has changed in the current group so far. */
  get hasChanges(): boolean {
    return !this.groupIsEmpty;
  }

  /** The first number that no entry has had; to be called before the first message is kept. */
  startEntriesAt(entry: number): void {
    this.nextEntry = entry;
  }

  /** A log that is new. */
  newLog(): KeptLog {
    return this.storedLog(this.nextLog);
  }

  /** A log that was stored with this number. */
  storedLog(number: number): KeptLog {
    this.nextLog = Math.max(this.nextLog, number + 1);
    return new KeptLog(number, this);
  }

  keep(log: number, view: MessageView, expiresAtMs: number, again: boolean): number {
    const entry = this.nextEntry++;
    const expiry = expiresAtMs === Infinity ? 0 : expiresAtMs;
    if (again) {
      const at = this.open(RECORD_ENTRY, log, 2 * NUMBER_OCTETS);
      writeUint64(this.octets, entry, at);
      writeUint64(this.octets, expiry, at + NUMBER_OCTETS);
      this.close(2 * NUMBER_OCTETS);
      return entry;
    }
    const envelope = envelopeOctets(view);
    const octets = MESSAGE_HEAD_OCTETS + envelope + view.bodySize;
    const at = this.open(RECORD_MESSAGE, log, octets);
    const target = this.octets;
    writeUint64(target, entry, at);
    writeUint64(target, expiry, at + NUMBER_OCTETS);
    writeUint32(target, envelope, at + 2 * NUMBER_OCTETS);
    writeUint32(target, view.bodySize, at + 2 * NUMBER_OCTETS + 4);
    const bodyAt = writeEnvelope(view, target, at + MESSAGE_HEAD_OCTETS);
    copyOctets(view.body, view.bodyAt, view.bodyAt + view.bodySize, target, bodyAt);
    this.close(octets);
    return entry;
  }

  settle(log: number, entry: number): void {
    this.one(RECORD_SETTLE, log, entry);
  }

  purge(log: number, first: number, last: number): void {
    const at = this.open(RECORD_PURGE, log, 2 * NUMBER_OCTETS);
    writeUint64(this.octets, first, at);
    writeUint64(this.octets, last, at + NUMBER_OCTETS);
    this.close(2 * NUMBER_OCTETS);
  }

  drop(log: number): void {
    this.open(RECORD_DROP, log, 0);
    this.close(0);
  }

  takenMoved(log: KeptLog): void {
    this.moved.push(log);
  }

  define(key: string, value: string): void {
    const keyOctets = Buffer.byteLength(key);
    const octets = 4 + keyOctets + Buffer.byteLength(value);
    const at = this.open(RECORD_DEFINE, 0, octets);
    writeUint32(this.octets, keyOctets, at);
    this.octets.write(key, at + 4);
    this.octets.write(value, at + 4 + keyOctets);
    this.close(octets);
    this.definitionGroup = this.group;
  }

  undefine(key: string): void {
    const octets = Buffer.byteLength(key);
    const at = this.open(RECORD_UNDEFINE, 0, octets);
    this.octets.write(key, at);
    this.close(octets);
    this.definitionGroup = this.group;
  }

  /** Ends the group and shows it to the store thread. */
  endGroup(): void {
    for (let i = 0; i < this.moved.length; i++) {
      const log = this.moved[i];
      log.moved = false;
      this.one(RECORD_TAKEN, log.number, log.takenUpTo);
    }
    this.moved.length = 0;
    if (this.groupIsEmpty) return;
    this.one(RECORD_MARK, 0, this.group);
    this.group++;
    this.groupIsEmpty = true;
    this.producer.publish();
    if (this.congested) this.sendSpilled();
  }

  /** Calls the waiter once `group` is durable; `group` is the current one or an earlier one. */
  whenDurable(group: number, waiter: GroupWaiter): void {
    if (group <= this.durableGroup) waiter.durable(this.durableGroup);
    else this.waiting.push({ group, waiter });
  }

  /**
   * Calls the waiter when the definitions are durable as they are now.
   *
   * @returns false, and doesn't call, if they are so already
   */
  whenDefined(waiter: GroupWaiter): boolean {
    if (this.definitionGroup <= this.durableGroup) return false;
    this.waiting.push({ group: this.definitionGroup, waiter });
    return true;
  }

  /** The store thread has said that all groups up to this one are durable. */
  durable(group: number): void {
    this.durableGroup = group;
    const { waiting } = this;
    this.waiting = [];
    for (const entry of waiting) {
      if (entry.group <= group) entry.waiter.durable(group);
      else this.waiting.push(entry);
    }
  }

  /** The store thread has said that the ring is half empty. */
  spaceGranted(): void {
    this.sendSpilled();
  }

  private one(type: number, target: number, number: number): void {
    const at = this.open(type, target, NUMBER_OCTETS);
    writeUint64(this.octets, number, at);
    this.close(NUMBER_OCTETS);
  }

  /** Begins a record. @returns where in `octets` its payload goes */
  private open(type: number, target: number, octets: number): number {
    this.groupIsEmpty = false;
    if (!this.congested && octets <= this.producer.maxPayloadOctets) {
      const at = this.producer.claim(type, target, octets, 0);
      if (at !== NO_ROOM) {
        this.octets = this.producer.bytes;
        return at;
      }
    }
    this.spilling = { type, target, octets: Buffer.allocUnsafeSlow(octets), sent: 0 };
    this.octets = this.spilling.octets;
    return 0;
  }

  private close(octets: number): void {
    const { spilling } = this;
    if (spilling === null) {
      this.producer.commit(octets, 0);
      return;
    }
    this.spilling = null;
    this.spilled.push(spilling);
    if (this.spilled.length === 1) this.sendSpilled();
  }

  private sendSpilled(): void {
    if (!this.congested) return;
    let sent = 0;
    for (;;) {
      while (sent < this.spilled.length && this.sendOne(this.spilled[sent])) sent++;
      this.producer.publish();
      if (sent === this.spilled.length || this.producer.wantSpace()) break;
    }
    this.spilled.splice(0, sent);
    if (this.congested === this.saidCongested) return;
    this.saidCongested = this.congested;
    this.onCongestion(this.congested);
  }

  /** @returns false if the ring has no room for the rest of it */
  private sendOne(record: Spilled): boolean {
    const { producer } = this;
    const { type, target, octets } = record;
    const max = producer.maxPayloadOctets;
    for (; octets.length - record.sent > max; record.sent += max) {
      const at = producer.claim(RECORD_PART, target, max, 0);
      if (at === NO_ROOM) return false;
      octets.copy(producer.bytes, at, record.sent, record.sent + max);
      producer.commit(max, 0);
    }
    const rest = octets.length - record.sent;
    const at = producer.claim(type, target, rest, 0);
    if (at === NO_ROOM) return false;
    octets.copy(producer.bytes, at, record.sent);
    producer.commit(rest, record.sent > 0 ? CONTINUES : 0);
    return true;
  }
}
