import type { QueueSet } from './queue-set.ts';
import type { RingOutlet } from './ring-outlet.ts';

/** `Destination.writer` of a queue that main serves. */
export const AT_MAIN = -1;
/** `Destination.refusedOrigin` of a queue that takes everybody's messages. */
export const NO_ORIGIN = -1;
/** `Plan.origin` of a plan that is the same whoever publishes. */
export const ANY_ORIGIN = -2;

/**
 * A queue as a shard sees it: where its contents go at present. After a change the plans made
 * before must not be used any more (`PlanBook.destinationsChanged`).
 */
export class Destination {
  /** Never reused. */
  readonly queueNumber: number;
  /** Number of the writer thread that has the queue's feed, or AT_MAIN. */
  writer = AT_MAIN;
  /** The feed's number with that writer. */
  slot = 0;
  /** Number of the connection whose messages it doesn't take (no-local), or NO_ORIGIN. */
  refusedOrigin = NO_ORIGIN;
  /** The plan used last for contents that go here and nowhere else. */
  solePlan: Plan | null = null;

  constructor(queueNumber: number) {
    this.queueNumber = queueNumber;
  }
}

/** One record that a run of contents becomes. */
export class PlanTarget {
  readonly outlet: RingOutlet;
  /** RECORD_CONTENTS, RECORD_UNROUTED or RECORD_IMMEDIATE. */
  readonly type: number;
  /** As the record type says. */
  readonly target: number;
  /** As the record type says; of RECORD_CONTENTS it is the run that knows. */
  readonly count: number;
  /** What `target` means if it is a queue set. */
  readonly queueSet: QueueSet | null;
  /** The queues that are served with this. */
  readonly destinations: readonly Destination[];
  /** Copies of each content that go to queues, whether or not main can deliver them at once. */
  readonly copies: number;

  constructor(
    outlet: RingOutlet,
    type: number,
    target: number,
    count: number,
    queueSet: QueueSet | null,
    destinations: readonly Destination[],
  ) {
    this.outlet = outlet;
    this.type = type;
    this.target = target;
    this.count = count;
    this.queueSet = queueSet;
    this.destinations = destinations;
    this.copies = destinations.length;
  }
}

/** What is done with contents that have the same route and publisher. Immutable. */
export class Plan {
  readonly targets: readonly PlanTarget[];
  /** Whether any queue was found, even if it refuses this publisher's messages. */
  readonly routable: boolean;
  /** Number of the connection whose contents it is for, or ANY_ORIGIN. */
  readonly origin: number;
  /** The state of the destinations that it was made for, see PlanBook. */
  readonly epoch: number;

  constructor(targets: readonly PlanTarget[], routable: boolean, origin: number, epoch: number) {
    this.targets = targets;
    this.routable = routable;
    this.origin = origin;
    this.epoch = epoch;
  }
}
