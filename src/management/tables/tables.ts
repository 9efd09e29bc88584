import type { ObjectKind } from '../../amqp-control/stats/object-source.ts';
import type { BrokerLink } from '../link/broker-link.ts';
import { ObjectTable, type Row } from './object-table.ts';

/**
 * How old a table may be when it is shown, in milliseconds per object: main spends about 0.3
 * microseconds on an object, so that showing tables costs it no more than 0.6 % of its time,
 * however many clients ask.
 */
const AGE_MS_PER_OBJECT = 0.05;
/** A table that is this old is never shown, in milliseconds; 100,000 objects get here. */
const AGE_MAX_MS = 5000;

interface Slot {
  readonly table: ObjectTable;
  takenAtMs: number;
  walking: Promise<void> | null;
}

/** The tables of all kinds of objects, and how they are kept fresh. */
export class Tables {
  private readonly link: BrokerLink;
  private readonly slots: Readonly<Record<ObjectKind, Slot>>;

  constructor(link: BrokerLink, columns: Readonly<Record<ObjectKind, readonly string[]>>) {
    this.link = link;
    const slot = (kind: ObjectKind): Slot => ({
      table: new ObjectTable(columns[kind]),
      takenAtMs: -Infinity,
      walking: null,
    });
    this.slots = {
      vhost: slot('vhost'),
      exchange: slot('exchange'),
      queue: slot('queue'),
      binding: slot('binding'),
      connection: slot('connection'),
      channel: slot('channel'),
      consumer: slot('consumer'),
    };
  }

  /** The table as it is at hand. */
  table(kind: ObjectKind): ObjectTable {
    return this.slots[kind].table;
  }

  /** The table, fresh enough for its size. */
  async fresh(kind: ObjectKind): Promise<ObjectTable> {
    const slot = this.slots[kind];
    const ageMaxMs = Math.min(slot.table.size * AGE_MS_PER_OBJECT, AGE_MAX_MS);
    if (performance.now() - slot.takenAtMs > ageMaxMs) await this.refresh(kind);
    return slot.table;
  }

  /** The table as it is from now on: for the API's own changes to be seen in it. */
  expire(kinds: readonly ObjectKind[]): void {
    for (const kind of kinds) this.slots[kind].takenAtMs = -Infinity;
  }

  /** Walks all objects of a kind, unless that is being done already. */
  refresh(kind: ObjectKind): Promise<void> {
    const slot = this.slots[kind];
    slot.walking ??= this.walk(kind, slot).finally(() => {
      slot.walking = null;
    });
    return slot.walking;
  }

  /** One object as it is now, or null. */
  async one(kind: ObjectKind, vhost: string, name: string): Promise<Row | null> {
    const slice = await this.link.one(kind, vhost, name);
    return slice === null ? null : this.slots[kind].table.takeOne(slice, performance.now());
  }

  private async walk(kind: ObjectKind, slot: Slot): Promise<void> {
    const startedAtMs = performance.now();
    slot.table.beginWalk();
    await this.link.walk(kind, (slice) => slot.table.take(slice, performance.now()));
    slot.table.endWalk();
    slot.takenAtMs = startedAtMs;
  }
}
