/** What main wants to know of a shard, in its own thread or not. */
export interface ShardEvents {
  /** It does what it is told. */
  onReady(): void;
  /** The changes with this sequence number are made: what comes from now on goes by them. */
  onSynced(sequence: number): void;
  /**
   * A sink's connection is closed.
   * @param reason null unless the client, or the system, did something wrong
   * @param descriptorClosed false if the shard never got the descriptor: main must close it
   */
  onSinkClosed(sink: number, reason: string | null, descriptorClosed: boolean): void;
  /** It has ended, all its sinks are closed; `error` is null if it was told to. */
  onExit(error: Error | null): void;
}
