/** Where a message goes. Immutable, and the same object for the same queues wherever possible. */
export class Route<Q extends object> {
  /** The queues, each once, in the order in which they got their first bindings. */
  readonly queues: readonly Q[];

  constructor(queues: readonly Q[]) {
    this.queues = queues;
  }
}
