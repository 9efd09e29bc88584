import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessageLog } from '../../src/amqp-control/queues/message-log.ts';
import { INLINE_BODY_MAX_OCTETS } from '../../src/amqp-control/queues/segment.ts';
import { SegmentPool } from '../../src/amqp-control/queues/segment-pool.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { FUZZ_BUDGET } from './fuzz-budget.ts';
import { messageIn, type SampleMessage, sampleMessage, viewOf } from './sample-message.ts';

const BODY_SIZES = [0, 1, 16, 63, 65, 300, INLINE_BODY_MAX_OCTETS, INLINE_BODY_MAX_OCTETS + 1];

interface ModelMessage {
  readonly position: number;
  readonly message: SampleMessage;
  readonly expiresAtMs: number;
  redelivered: boolean;
}

/** The log as one would write it without a thought of speed, beside the real one. */
class ModelledLog {
  readonly log = new MessageLog(new SegmentPool(64 * 1024));
  ready: ModelMessage[] = [];
  readonly unacked: ModelMessage[] = [];
  private appended = 0;

  append(choice: number): void {
    const seed = ++this.appended;
    const message = sampleMessage(seed, BODY_SIZES[choice % BODY_SIZES.length]);
    const expiresAtMs = choice % 3 === 0 ? seed + 0.5 : Infinity;
    const position = this.log.append(viewOf(message), expiresAtMs, seed);
    expect(this.log.origin(position)).toBe(seed);
    this.ready.push({ position, message, expiresAtMs, redelivered: false });
  }

  take(): void {
    const head = this.ready.shift();
    expect(this.log.headPosition()).toBe(head?.position ?? -1);
    expect(this.log.take()).toBe(head?.position ?? -1);
    if (head !== undefined) this.unacked.push(head);
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
    expect(this.log.discardHead()).toBe(this.ready.shift()?.position ?? -1);
  }

  purge(): void {
    expect(this.log.purge()).toBe(this.ready.length);
    this.ready = [];
  }

  checkCounts(): void {
    const readyOctets = this.ready.reduce((sum, { message }) => sum + message.body.length, 0);
    expect(this.log.readyCount).toBe(this.ready.length);
    expect(this.log.readyOctets).toBe(readyOctets);
    expect(this.log.unackedCount).toBe(this.unacked.length);
    expect(this.log.totalOctets === 0).toBe(this.ready.length + this.unacked.length === 0);
  }

  checkContents(): void {
    const view = new MessageView();
    for (const expected of [...this.ready, ...this.unacked]) {
      this.log.load(expected.position, view);
      expect(messageIn(view)).toEqual(expected.message);
      expect(this.log.expiresAtMs(expected.position)).toBe(expected.expiresAtMs);
      expect(this.log.isRedelivered(expected.position)).toBe(expected.redelivered);
    }
  }

  settleEverything(): void {
    while (this.ready.length > 0) this.take();
    while (this.unacked.length > 0) this.settle(this.unacked.length);
    this.checkCounts();
  }

  private pickUnacked(choice: number): ModelMessage | undefined {
    if (this.unacked.length === 0) return undefined;
    return this.unacked.splice(choice % this.unacked.length, 1)[0];
  }
}

const choice = fc.nat(1000);
const operation = fc.oneof(
  { weight: 60, arbitrary: fc.tuple(fc.constant('append' as const), choice) },
  { weight: 40, arbitrary: fc.tuple(fc.constant('take' as const), choice) },
  { weight: 30, arbitrary: fc.tuple(fc.constant('settle' as const), choice) },
  { weight: 20, arbitrary: fc.tuple(fc.constant('requeue' as const), choice) },
  { weight: 10, arbitrary: fc.tuple(fc.constant('discardHead' as const), choice) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('purge' as const), choice) },
);

it('a message log behaves like a plain list whatever is done to it', () => {
  const property = fc.property(
    fc.array(operation, { maxLength: 400, size: 'max' }),
    (operations) => {
      const modelled = new ModelledLog();
      for (const [name, argument] of operations) {
        modelled[name](argument);
        modelled.checkCounts();
      }
      modelled.checkContents();
      modelled.settleEverything();
    },
  );
  fc.assert(property, FUZZ_BUDGET);
});
