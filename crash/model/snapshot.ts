/** A message as it was found after a restart. */
export interface FoundMessage {
  readonly id: string;
  readonly redelivered: boolean;
  /** Its body is what was sent. */
  readonly isWhole: boolean;
}

/** What was found after a restart. */
export interface Snapshot {
  /** When looking began, in milliseconds since the epoch. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** By queue: what is in it, in order. A queue that is not there is missing. */
  readonly queues: ReadonlyMap<string, readonly FoundMessage[]>;
}
