import { UNWRITTEN_HIGH_WATER_OCTETS } from '../limits.ts';

/** Takes octets in the order they must leave. */
export interface OctetSink {
  /**
   * Writes `octets`.
   * @returns true if all were taken at once, so that their memory may be used again; otherwise they
   *   must stay untouched until BatchWriter.written is called
   */
  write(octets: Buffer): boolean;
}

/**
 * Octets of the memory that is filled when batching is off: it need not hold more than a message.
 */
const UNBATCHED_CHUNK_OCTETS = 4096;
/** Chunks kept for reuse: enough for a burst of 256 KiB at the default size. */
const SPARE_CHUNKS_MAX = 8;

const NO_OCTETS = Buffer.alloc(0);

/**
 * Collects what is written in one turn and hands it on in batches. Callers reserve room, write at
 * `at` in `bytes` and advance `at`. Only one batch is with the sink at a time: when the sink
 * breaks, no more than that batch is in doubt, and everything behind it can be sent again.
 */
export class BatchWriter {
  /** The batch being filled. Valid from `reserve` to the next call of any method. */
  bytes: Buffer = NO_OCTETS;
  /** Offset in `bytes` of the next octet to write. */
  at = 0;

  private readonly batchOctets: number;
  private readonly chunkOctets: number;
  private readonly unwrittenMaxOctets: number;
  private readonly onFirstOctet: () => void;
  private readonly onDrained: () => void;
  private readonly spares: Buffer[] = [];
  private sink: OctetSink | null = null;
  private waiting: Buffer[] = [];
  private waitingOctets = 0;
  private inFlight: Buffer | null = null;
  private announced = false;
  private isPaused = false;

  /**
   * @param batchOctets most octets of a batch; 0 to write what each `end` closes by itself
   * @param unwrittenMaxOctets see `checkRoom`
   * @param onFirstOctet called when there is something to flush at the end of the turn
   * @param onDrained called when all is written that had to wait for the sink
   */
  constructor(
    batchOctets: number,
    unwrittenMaxOctets: number,
    onFirstOctet: () => void,
    onDrained: () => void,
  ) {
    this.batchOctets = batchOctets;
    this.chunkOctets = batchOctets === 0 ? UNBATCHED_CHUNK_OCTETS : batchOctets;
    this.unwrittenMaxOctets = unwrittenMaxOctets;
    this.onFirstOctet = onFirstOctet;
    this.onDrained = onDrained;
  }

  /**
   * Makes room for `octets` octets at `at`, next to each other. What it writes must not be torn.
   */
  reserve(octets: number): void {
    if (this.at + octets > this.bytes.length || !this.announced) this.makeRoom(octets);
  }

  /** Ends a message; without batching it leaves at once. */
  end(): void {
    if (this.batchOctets === 0) this.flush();
  }

  /** Appends a copy. */
  append(octets: Buffer): void {
    this.reserve(octets.length);
    this.bytes.set(octets, this.at);
    this.at += octets.length;
  }

  /** Octets that the sink has not taken entirely. */
  get unwrittenOctets(): number {
    return this.waitingOctets + this.at + (this.inFlight === null ? 0 : this.inFlight.length);
  }

  /** Whether the sink takes less than it is given: publishers should pause. */
  get congested(): boolean {
    return this.unwrittenOctets > UNWRITTEN_HIGH_WATER_OCTETS;
  }

  /** @throws Error (ENOBUFS) if more waits than may */
  checkRoom(): void {
    if (this.waitingOctets <= this.unwrittenMaxOctets) return;
    const text = `${this.waitingOctets} octets wait to be written; heed publish() and 'drain'`;
    throw Object.assign(new Error(text), { code: 'ENOBUFS' });
  }

  /** While paused nothing is handed to the sink. */
  set paused(paused: boolean) {
    if (paused === this.isPaused) return;
    this.isPaused = paused;
    if (!paused) this.flush();
  }

  /** Ends the turn: what was written goes to the sink, unless that is busy. */
  flush(): void {
    this.announced = false;
    if (this.sink === null || this.inFlight !== null || this.isPaused) return;
    if (this.at > 0) this.seal();
    this.pass();
  }

  /** From now on `sink` takes the octets; those that wait go first. */
  attach(sink: OctetSink): void {
    this.sink = sink;
    this.flush();
  }

  /** The sink is gone: what it did not take entirely is unwritten again. */
  detach(): void {
    this.sink = null;
    const { inFlight } = this;
    if (inFlight === null) return;
    this.inFlight = null;
    this.waiting.unshift(inFlight);
    this.waitingOctets += inFlight.length;
  }

  /** The sink has taken the octets it did not take at once. */
  written(): void {
    if (this.inFlight === null) return;
    this.recycle(this.inFlight);
    this.inFlight = null;
    this.pass();
    if (this.inFlight !== null || this.isPaused) return;
    // The turn that began the last batch found the sink busy when it ended.
    if (this.at > 0) this.seal();
    this.pass();
    if (this.inFlight === null) this.onDrained();
  }

  /** Removes everything unwritten, oldest first; the pieces were never torn within a message. */
  takeUnwritten(): Buffer[] {
    this.detach();
    if (this.at > 0) this.seal();
    const unwritten = this.waiting;
    this.waiting = [];
    this.waitingOctets = 0;
    return unwritten;
  }

  private makeRoom(octets: number): void {
    if (!this.announced) {
      this.announced = true;
      this.onFirstOctet();
    }
    if (this.at + octets <= this.bytes.length) return;
    if (this.at > 0) this.seal();
    this.pass();
    this.bytes =
      octets > this.chunkOctets
        ? Buffer.allocUnsafeSlow(octets)
        : (this.spares.pop() ?? Buffer.allocUnsafeSlow(this.chunkOctets));
  }

  /** Closes the batch being filled. */
  private seal(): void {
    this.waiting.push(this.bytes.subarray(0, this.at));
    this.waitingOctets += this.at;
    this.bytes = NO_OCTETS;
    this.at = 0;
  }

  /** Hands batches to the sink until it is busy. */
  private pass(): void {
    while (this.sink !== null && this.inFlight === null && !this.isPaused) {
      const batch = this.waiting.shift();
      if (batch === undefined) return;
      this.waitingOctets -= batch.length;
      if (this.sink.write(batch)) this.recycle(batch);
      else this.inFlight = batch;
    }
  }

  private recycle(batch: Buffer): void {
    if (batch.buffer.byteLength !== this.chunkOctets) return;
    if (this.spares.length < SPARE_CHUNKS_MAX) this.spares.push(Buffer.from(batch.buffer));
  }
}
