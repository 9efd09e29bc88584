import { RECORD_CONTENTS, RECORD_LARGE_CONTENT, RECORD_QUEUE_SET } from '../ring/record-types.ts';
import type { RingReaderPeer } from '../ring/ring-peer.ts';
import type { RingProducer } from '../ring/ring-producer.ts';
import { RingSource } from '../ring/ring-source.ts';
import { allocateShared } from '../ring/shared-octets.ts';
import type { ContentSource } from './content-source.ts';
import { PendingRecords } from './pending-records.ts';
import type { QueueSet } from './queue-set.ts';
import type { WriterLoan } from './writer-loan.ts';

/** Whoever stops when a ring is full. */
export interface SpaceWaiter {
  /** There may be space again; called once for each `waitForSpace`. */
  spaceGranted(): void;
}

/** Is told what the operator may want to know; counts, most likely. */
export interface OutletObserver {
  /** The ring was found full. */
  ringFull(): void;
  /** The reader of the ring had to be woken by a message. */
  readerWoken(): void;
}

interface ControlRecord {
  readonly type: number;
  readonly target: number;
  readonly count: number;
}

const NO_OCTETS = new RingSource(Buffer.alloc(0));

/**
 * The way from one thread into one ring, shared by all its sinks: what is appended becomes visible
 * with `publish`; when the ring is full, appending fails until the reader has granted space, and
 * those who wait are called in the order in which they came.
 */
export class RingOutlet {
  /** Longest content, or run of contents, that fits a record. */
  readonly recordMaxOctets: number;
  /** The way around the ring while its reader sleeps; null if there is none. */
  readonly loan: WriterLoan | null;
  private readonly pending = new PendingRecords();
  private readonly producer: RingProducer;
  private readonly peer: RingReaderPeer;
  private readonly observer: OutletObserver;
  private full = false;
  private closed = false;
  private waiters: SpaceWaiter[] = [];
  private controls: ControlRecord[] = [];
  private largeContents = 0;

  constructor(
    producer: RingProducer,
    peer: RingReaderPeer,
    observer: OutletObserver,
    loan: WriterLoan | null = null,
  ) {
    this.recordMaxOctets = producer.maxPayloadOctets;
    this.loan = loan;
    this.producer = producer;
    this.peer = peer;
    this.observer = observer;
  }

  /**
   * Appends contents as one record. One that is too long for a record goes through memory of its
   * own.
   * @param type RECORD_CONTENTS, RECORD_UNROUTED or RECORD_IMMEDIATE
   * @returns false if the ring is full
   */
  append(
    type: number,
    target: number,
    count: number,
    source: ContentSource,
    from: number,
    to: number,
  ): boolean {
    if (to - from > this.recordMaxOctets) {
      return this.appendLarge(type, target, count, source, from, to);
    }
    return this.appendOctets(type, target, count, source.ring, from, to);
  }

  /** Tells main which queues the number of `set` stands for. @returns false if the ring is full */
  announce(set: QueueSet): boolean {
    const words = wordSource([set.origin, ...set.queueNumbers]);
    set.announced = this.appendOctets(
      RECORD_QUEUE_SET,
      set.number,
      0,
      words,
      0,
      words.octets.length,
    );
    return set.announced;
  }

  /** Most queue numbers that an announcement has room for. */
  get queueSetMax(): number {
    return Math.floor(this.recordMaxOctets / Int32Array.BYTES_PER_ELEMENT) - 1;
  }

  /** Appends a record without payload; if the ring is full, before anything else once it isn't. */
  control(type: number, target: number, count: number): void {
    this.controls.push({ type, target, count });
    this.appendControls();
  }

  /** Makes visible what was appended. */
  publish(): void {
    const { loan, pending, producer } = this;
    if (pending.count === 0) return;
    const isDone = loan?.deliver(producer, pending) === true;
    pending.clear();
    if (isDone || !producer.publish()) return;
    this.observer.readerWoken();
    this.peer.wake();
  }

  /** To be called once an append has failed. */
  waitForSpace(waiter: SpaceWaiter): void {
    this.waiters.push(waiter);
  }

  /** The reader says that there is space. May be called without reason. */
  spaceGranted(): void {
    if (!this.full) return;
    this.full = false;
    if (this.appendControls()) this.callWaiters();
  }

  /** The reader has gone: swallows everything from now on. */
  close(): void {
    this.closed = true;
    this.full = false;
    this.controls = [];
    this.callWaiters();
  }

  private appendOctets(
    type: number,
    target: number,
    count: number,
    source: RingSource,
    from: number,
    to: number,
  ): boolean {
    if (this.full) return false;
    while (!this.closed && !this.producer.append(type, target, count, source, from, to)) {
      if (!this.hasSpaceAfterAll()) return false;
    }
    if (!this.closed) this.pending.add(this.producer, type, target, count, to - from);
    return true;
  }

  private appendLarge(
    type: number,
    target: number,
    count: number,
    source: ContentSource,
    from: number,
    to: number,
  ): boolean {
    const id = this.largeContents;
    const words = wordSource(type === RECORD_CONTENTS ? [id] : [id, type]);
    const length = words.octets.length;
    if (!this.appendOctets(RECORD_LARGE_CONTENT, target, count, words, 0, length)) return false;
    // In time: nobody sees the record before it is published.
    this.largeContents = (this.largeContents + 1) | 0;
    if (!this.closed) this.peer.postLarge(id, sharedOctets(source, from, to));
    return true;
  }

  /** Appends the controls that wait. @returns false if the ring is full before the last */
  private appendControls(): boolean {
    while (this.controls.length > 0) {
      const { type, target, count } = this.controls[0];
      if (!this.appendOctets(type, target, count, NO_OCTETS, 0, 0)) return false;
      this.controls.shift();
    }
    return true;
  }

  /** Asks for space. @returns true if there is some already, enough for any record */
  private hasSpaceAfterAll(): boolean {
    this.publish();
    if (!this.producer.wantSpace()) return true;
    this.observer.ringFull();
    this.full = true;
    return false;
  }

  private callWaiters(): void {
    const { waiters } = this;
    this.waiters = [];
    let called = 0;
    while (called < waiters.length && !this.full) waiters[called++].spaceGranted();
    // Those who wait longest stay in front of those who wait again.
    if (called < waiters.length) this.waiters = [...waiters.slice(called), ...this.waiters];
  }
}

/** The content [from, to) in memory that can be handed to another thread. */
function sharedOctets(source: ContentSource, from: number, to: number): SharedArrayBuffer {
  if (source.shared !== null && from === 0) return source.shared;
  const shared = allocateShared(to - from);
  source.octets.copy(Buffer.from(shared), 0, from, to);
  return shared;
}

/** A payload of 32-bit integers. */
function wordSource(values: readonly number[]): RingSource {
  return new RingSource(Buffer.from(Int32Array.from(values).buffer));
}
