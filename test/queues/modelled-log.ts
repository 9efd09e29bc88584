import { expect } from 'vitest';
import type { MessageLog } from '../../src/amqp-control/queues/message-log.ts';
import { INLINE_BODY_MAX_OCTETS, NOT_KEPT } from '../../src/amqp-control/queues/segment.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { messageIn, type SampleMessage, sampleMessage, viewOf } from './sample-message.ts';

const BODY_SIZES = [0, 1, 16, 63, 65, 300, INLINE_BODY_MAX_OCTETS, INLINE_BODY_MAX_OCTETS + 1];

interface ModelMessage {
  readonly position: number;
  readonly message: SampleMessage;
  readonly expiresAtMs: number;
  readonly isKept: boolean;
  redelivered: boolean;
}

/** The log as one would write it without a thought of speed, beside the real one. */
export class ModelledLog {
  readonly log: MessageLog;
  ready: ModelMessage[] = [];
  readonly unacked: ModelMessage[] = [];
  private appended = 0;

  constructor(log: MessageLog) {
    this.log = log;
  }

  append(choice: number): void {
    const seed = ++this.appended;
    const message = sampleMessage(seed, BODY_SIZES[choice % BODY_SIZES.length]);
    const expiresAtMs = choice % 3 === 0 ? seed + 0.5 : Infinity;
    const isKept = this.log.kept !== null && choice % 2 === 0;
    const entry = isKept ? seed : NOT_KEPT;
    const position = this.log.append(viewOf(message), expiresAtMs, seed, entry);
    expect(this.log.origin(position)).toBe(seed);
    this.ready.push({ position, message, expiresAtMs, isKept, redelivered: false });
  }

  /** Does nothing while the head is paged out. */
  take(): void {
    const [head] = this.ready;
    expect(this.log.headPosition()).toBe(head?.position ?? -1);
    if (!this.log.headIsHere) return;
    expect(this.log.take()).toBe(head?.position ?? -1);
    if (head === undefined) return;
    this.ready.shift();
    this.unacked.push(head);
    this.checkMessage(head);
  }

  settle(choice: number): void {
    const settled = this.pickUnacked(choice);
    if (settled !== undefined) this.log.settle(settled.position);
  }

  requeue(choice: number): void {
    const requeued = this.pickUnacked(choice);
    if (requeued === undefined) return;
    this.log.requeue(requeued.position);
    requeued.redelivered = true;
    this.ready.push(requeued);
    this.ready.sort((a, b) => a.position - b.position);
  }

  discardHead(): void {
    if (!this.log.headIsHere) return;
    expect(this.log.discardHead()).toBe(this.ready.shift()?.position ?? -1);
  }

  purge(): void {
    expect(this.log.purge()).toBe(this.ready.length);
    this.ready = [];
  }

  checkCounts(): void {
    const octets = (messages: readonly ModelMessage[]) =>
      messages.reduce((sum, { message }) => sum + message.body.length, 0);
    const kept = [...this.ready, ...this.unacked].filter(({ isKept }) => isKept);
    expect(this.log.readyCount).toBe(this.ready.length);
    expect(this.log.readyOctets).toBe(octets(this.ready));
    expect(this.log.unackedCount).toBe(this.unacked.length);
    expect(this.log.unackedOctets).toBe(octets(this.unacked));
    expect(this.log.keptCount).toBe(kept.length);
    expect(this.log.keptOctets).toBe(octets(kept));
    expect(this.log.totalOctets === 0).toBe(this.ready.length + this.unacked.length === 0);
  }

  /** What was taken, and the head, are in memory whatever is paged out. */
  checkUnacked(): void {
    for (const expected of this.unacked) this.checkMessage(expected);
  }

  /** Nothing is paged out. */
  checkContents(): void {
    for (const expected of [...this.ready, ...this.unacked]) this.checkMessage(expected);
  }

  settleUnacked(): void {
    while (this.unacked.length > 0) this.settle(this.unacked.length);
  }

  private checkMessage(expected: ModelMessage): void {
    const view = new MessageView();
    this.log.load(expected.position, view);
    expect(messageIn(view)).toEqual(expected.message);
    expect(this.log.expiresAtMs(expected.position)).toBe(expected.expiresAtMs);
    expect(this.log.isRedelivered(expected.position)).toBe(expected.redelivered);
  }

  private pickUnacked(choice: number): ModelMessage | undefined {
    if (this.unacked.length === 0) return undefined;
    return this.unacked.splice(choice % this.unacked.length, 1)[0];
  }
}
