/** Counts the messages in what a connection delivers, cut wherever the network cuts it. */
export interface DeliveryWalker {
  /** Octets of a message that it wants to see in one piece. */
  readonly headOctets: number;
  /** Messages whose head was seen. */
  readonly messages: number;
  /**
   * Walks the octets [from, to), which arrived at `arrivalNs`.
   * @returns the offset up to which it took them: the rest, fewer than `headOctets`, must be
   *   presented again in front of what arrives next
   * @throws Error if they are not what the framing promises
   */
  walk(b: Buffer, from: number, to: number, arrivalNs: number): number;
}
