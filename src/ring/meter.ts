/**
 * What is counted for one connection, in shared memory of its own: the thread that serves the
 * connection writes, main reads, a moment late. As in the page of counters the numbers are doubles,
 * written without atomics; a connection has its own memory because connections, unlike threads,
 * come and go.
 */

/** What is counted for each kind of connection; a new number is one more name at the end. */
export const METER_NAMES = {
  feed: [
    'contentsOut',
    'octetsOut',
    'contentsDropped',
    'octetsDropped',
    'backlogContents',
    'backlogOctets',
    'warned',
    'lendable',
    'lent',
  ],
  sink: ['contentsIn', 'octetsIn', 'copiesOut'],
} as const;

/** A kind of connection. */
export type MeterKind = keyof typeof METER_NAMES;

/** What a meter of this kind shows. */
export type MeterReading<K extends MeterKind> = Readonly<
  Record<(typeof METER_NAMES)[K][number], number>
>;

export const FEED_METER = slotsOf(METER_NAMES.feed);
export const SINK_METER = slotsOf(METER_NAMES.sink);

/** The numbers of one connection. */
export class Meter {
  /** To be handed to the thread that counts. */
  readonly buffer: SharedArrayBuffer;
  private readonly values: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.values = new Float64Array(buffer);
  }

  /** A meter that shows 0. */
  static create(kind: MeterKind): Meter {
    const octets = METER_NAMES[kind].length * Float64Array.BYTES_PER_ELEMENT;
    return new Meter(new SharedArrayBuffer(octets));
  }

  /** `slot` is one of FEED_METER or SINK_METER. */
  add(slot: number, amount: number): void {
    this.values[slot] += amount;
  }

  set(slot: number, value: number): void {
    this.values[slot] = value;
  }

  get(slot: number): number {
    return this.values[slot];
  }

  /** All numbers by their names, at about one moment. */
  read<K extends MeterKind>(kind: K): MeterReading<K> {
    const entries = METER_NAMES[kind].map((name, slot) => [name, this.values[slot]]);
    return Object.fromEntries(entries) as MeterReading<K>;
  }
}

function slotsOf<N extends string>(names: readonly N[]): Readonly<Record<N, number>> {
  return Object.fromEntries(names.map((name, slot) => [name, slot])) as Record<N, number>;
}
