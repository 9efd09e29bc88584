/** Buckets for each doubling: a percentile is at most 19 % too high. */
const PER_OCTAVE = 4;
/** From 1 microsecond to a minute; what takes longer is in the last bucket. */
const BUCKETS = 26 * PER_OCTAVE;

/**
 * How long something took, in 416 octets: small enough for each of a thousand objects, where Node's
 * histograms take a hundred times that.
 */
export class LogHistogram {
  count = 0;
  maxMicros = 0;
  private sumMicros = 0;
  private readonly buckets = new Uint32Array(BUCKETS);

  record(micros: number): void {
    const bucket = micros <= 1 ? 0 : Math.ceil(PER_OCTAVE * Math.log2(micros));
    this.buckets[Math.min(bucket, BUCKETS - 1)]++;
    this.count++;
    this.sumMicros += micros;
    this.maxMicros = Math.max(this.maxMicros, micros);
  }

  /** Adds what another one has recorded. */
  add(other: LogHistogram): void {
    for (let i = 0; i < BUCKETS; i++) this.buckets[i] += other.buckets[i];
    this.count += other.count;
    this.sumMicros += other.sumMicros;
    this.maxMicros = Math.max(this.maxMicros, other.maxMicros);
  }

  get meanMicros(): number {
    return this.count === 0 ? 0 : this.sumMicros / this.count;
  }

  /** Of all that was recorded, `percent` took no longer than this, in microseconds. */
  percentile(percent: number): number {
    let left = Math.ceil((percent / 100) * this.count);
    if (left === 0) return 0;
    let bucket = 0;
    while (left > this.buckets[bucket]) left -= this.buckets[bucket++];
    const last = bucket === BUCKETS - 1;
    return last ? this.maxMicros : Math.min(2 ** (bucket / PER_OCTAVE), this.maxMicros);
  }
}
