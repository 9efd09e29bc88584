import { LogHistogram } from './log-histogram.ts';

/** Objects with latencies of their own at a time: about 1 MB with both stages. */
const OBJECTS_MAX = 1000;
/** Objects that one read is counted for; most concern a connection, an exchange and a queue. */
const TOUCHED_MAX = 16;

/** The stages that an object's messages are timed in. */
export interface ObjectStages {
  readonly network_in: LogHistogram;
  readonly broker: LogHistogram;
}

/**
 * Latencies of the exchanges, queues and connections that timed reads have brought messages for.
 * They are known by an object that stands for them: whatever names they have, and have had.
 */
export class ObjectLatencies {
  private current = new Map<object, ObjectStages>();
  private previous = new Map<object, ObjectStages>();
  private readonly touched = new Set<object>();

  /** The read under way brings a message for this one. */
  touch(object: object): void {
    if (this.touched.size < TOUCHED_MAX) this.touched.add(object);
  }

  /** The read has been dealt with, which took so long; nothing is touched any more. */
  done(micros: number): void {
    for (const object of this.touched) this.stagesOf(object)?.broker.record(micros);
    this.touched.clear();
  }

  /** A message for this one was so long on its way. */
  arrived(object: object, micros: number): void {
    this.stagesOf(object)?.network_in.record(micros);
  }

  /** A new period begins: what was before the last one is forgotten. */
  turnOver(): void {
    this.previous = this.current;
    this.current = new Map();
  }

  /** Of this period and the last one. */
  of(object: object): ObjectStages {
    const both = newStages();
    for (const stages of [this.previous.get(object), this.current.get(object)]) {
      if (stages === undefined) continue;
      both.network_in.add(stages.network_in);
      both.broker.add(stages.broker);
    }
    return both;
  }

  private stagesOf(object: object): ObjectStages | null {
    const known = this.current.get(object);
    if (known !== undefined) return known;
    if (this.current.size >= OBJECTS_MAX) return null;
    const stages = newStages();
    this.current.set(object, stages);
    return stages;
  }
}

function newStages(): ObjectStages {
  return { network_in: new LogHistogram(), broker: new LogHistogram() };
}
