interface Known {
  readonly number: number;
  revision: number;
}

/**
 * Gives objects numbers by which another thread knows them, and remembers which description of them
 * that thread has. An object keeps its number; nothing is kept for objects that are gone.
 */
export class ObjectNumbers<T extends object> {
  private readonly known = new WeakMap<T, Known>();
  private next = 1;

  /** @returns the number, negative if the other thread must be told what it stands for */
  numberOf(object: T, revision: number): number {
    const known = this.known.get(object);
    if (known === undefined) {
      const number = this.next++;
      this.known.set(object, { number, revision });
      return -number;
    }
    if (known.revision === revision) return known.number;
    known.revision = revision;
    return -known.number;
  }
}
