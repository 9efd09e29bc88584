/**
 * Queue sets a shard keeps at a time, and the queue numbers in all of them: some tens of MiB, here
 * and in main, at the very most. Beyond, numbering starts again, which costs an announcement each.
 */
const SETS_MAX = 16_384;
const QUEUE_NUMBERS_MAX = 2_000_000;

/**
 * Where contents for ordinary queues go: who published them, and the queues. Records name it by its
 * number, which main learns from a RECORD_QUEUE_SET in front of the first of them.
 */
export class QueueSet {
  readonly number: number;
  /** Number of the AMQP connection that leased the sink. */
  readonly origin: number;
  readonly queueNumbers: readonly number[];
  /** Whether main has been told. */
  announced = false;

  constructor(number: number, origin: number, queueNumbers: readonly number[]) {
    this.number = number;
    this.origin = origin;
    this.queueNumbers = queueNumbers;
  }
}

/** The queue sets of one shard. */
export class QueueSets {
  private readonly sets = new Map<string, QueueSet>();
  private queueNumberCount = 0;

  /** Whether there are so many that they should be forgotten. */
  get full(): boolean {
    return this.sets.size >= SETS_MAX || this.queueNumberCount >= QUEUE_NUMBERS_MAX;
  }

  /** The set of these queues for contents of the connection `origin`. */
  intern(origin: number, queueNumbers: readonly number[]): QueueSet {
    const key = `${origin}:${queueNumbers.join(',')}`;
    const known = this.sets.get(key);
    if (known !== undefined) return known;
    const set = new QueueSet(this.sets.size, origin, queueNumbers);
    this.sets.set(key, set);
    this.queueNumberCount += queueNumbers.length;
    return set;
  }

  /** Forgets all sets: their numbers will mean other queues. */
  clear(): void {
    this.sets.clear();
    this.queueNumberCount = 0;
  }
}
