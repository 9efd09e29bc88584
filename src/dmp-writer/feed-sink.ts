/** Where the octets of a feed go: a socket that doesn't block, or whatever a test puts there. */
export interface FeedSink {
  /**
   * Takes as many of the octets [at, at + length) of `octets` as it can without waiting. They must
   * not be looked at after the call: a ring's memory is used again.
   * @returns how many it took; fewer than `length` if it is full, 0 if it was full already
   * @throws Error if it will never take any more; its `code`, if it has one, says why
   */
  write(octets: Buffer, at: number, length: number): number;
}
