/**
 * What the work with one read may take, in microseconds: so long everybody else waits. A read has
 * costs of its own of some 15 µs, which should be small beside its work.
 */
const WORK_LONG_US = 100;
const WORK_SHORT_US = 40;

/** Octets read at once, the least and the most: powers of two. */
export const READ_OCTETS_MIN = 8 * 1024;
export const READ_OCTETS_MAX = 256 * 1024;

const READ_OCTETS_FIRST = 16 * 1024;

/**
 * Finds out how many octets of a connection should be read before the others have their turn.
 * Large bodies are little work for their octets; small messages, and those that many queues get,
 * are much.
 *
 * A publisher whose messages have to wait, because their consumers can't keep up, is read as
 * slowly as possible: what is queued costs more than what is passed on, and the consumers'
 * acknowledgements wait behind it. It isn't stopped, since a queue is there to be filled.
 */
export class ReadPace {
  octets = READ_OCTETS_FIRST;

  /**
   * Notes a read that brought all it could.
   * @param workUs what the work with it took, in microseconds
   * @param consumersLag whether a message of it has to wait for consumers that are there
   */
  noteFullRead(workUs: number, consumersLag: boolean): void {
    if (consumersLag || workUs > WORK_LONG_US) {
      this.octets = Math.max(READ_OCTETS_MIN, this.octets / 2);
    } else if (workUs < WORK_SHORT_US) {
      this.octets = Math.min(READ_OCTETS_MAX, this.octets * 2);
    }
  }
}
