import { RECORD_CONTENTS } from '../ring/record-types.ts';
import type { RingProducer } from '../ring/ring-producer.ts';

/** Records that are remembered; of more than these nobody wants to know anything. */
export const PENDING_MAX_RECORDS = 8;

/** The records that were appended to a ring and aren't published yet, as long as they are few. */
export class PendingRecords {
  count = 0;
  /** Whether all are contents. */
  onlyContents = true;
  /** By index: the target of each, how many contents it has, and where it lies. */
  readonly targets = new Int32Array(PENDING_MAX_RECORDS);
  readonly contents = new Int32Array(PENDING_MAX_RECORDS);
  readonly recordAt = new Int32Array(PENDING_MAX_RECORDS);
  readonly payloadAt = new Int32Array(PENDING_MAX_RECORDS);
  readonly octets = new Int32Array(PENDING_MAX_RECORDS);

  /** Whether all of them are remembered. */
  get areFew(): boolean {
    return this.count <= PENDING_MAX_RECORDS;
  }

  /** Remembers the record that was committed last. */
  add(producer: RingProducer, type: number, target: number, count: number, octets: number): void {
    const index = this.count++;
    if (type !== RECORD_CONTENTS) this.onlyContents = false;
    if (index >= PENDING_MAX_RECORDS) return;
    this.targets[index] = target;
    this.contents[index] = count;
    this.recordAt[index] = producer.recordAt;
    this.payloadAt[index] = producer.payloadAt;
    this.octets[index] = octets;
  }

  /** They are published, or gone. */
  clear(): void {
    this.count = 0;
    this.onlyContents = true;
  }
}
