import type { Socket } from 'node:net';
import type { Framing, MessageBlock } from '../pump/orders.ts';
import type { PublisherPlan } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';

/** Something that moves messages: our broker in one of its modes, another broker, a bare relay. */
export interface Subject {
  readonly name: string;
  /** Why it can't do this work, or null if it can. */
  refusal(workload: Workload): string | null;
  /** @throws Error that says why it could not be started */
  start(): Promise<RunningSubject>;
}

export interface RunningSubject {
  /** Its processes, whose CPU time and memory are those of the subject. */
  readonly processIds: readonly number[];
  /** Whether it may drop messages for a consumer that is too slow. */
  readonly mayDrop: boolean;
  /** Declares what the work needs and holds all dialogues, up to the first message. */
  open(workload: Workload): Promise<OpenWorkload>;
  /** What it has written to its log lately: where a run fails, the reason may stand there. */
  transcript(): string;
  stop(): Promise<void>;
}

/** Connections on which nothing is left to do but to pump. */
export interface OpenWorkload {
  readonly consumers: readonly ConsumerLine[];
  readonly publishers: readonly PublisherLine[];
  /**
   * What the subject says it has dropped of this work; without it what is missing at consumers that
   * may lose messages can't be told from what was lost.
   */
  droppedMessages?(): Promise<number>;
  /** Deletes what was declared and closes the connections that the bench kept. */
  close(): Promise<void>;
}

export interface ConsumerLine {
  readonly socket: Socket;
  readonly framing: Framing;
}

export interface PublisherLine {
  readonly socket: Socket;
  readonly block: MessageBlock;
  readonly plan: PublisherPlan;
}
