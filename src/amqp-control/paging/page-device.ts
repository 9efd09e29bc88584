/** Why something could not be done, or null. */
export type Outcome = Error | null;

/**
 * Where pages are written to. Nothing waits: `done` is called later, as an event of its own. At
 * most one write or truncation is under way at a time.
 */
export interface PageDevice {
  /** Writes pieces one behind the other; they must not change before it is done. */
  write(pieces: readonly Buffer[], at: number, done: (outcome: Outcome) => void): void;
  /** Fills the targets one behind the other; an end of the file in front of theirs is an error. */
  read(targets: readonly Buffer[], at: number, done: (outcome: Outcome) => void): void;
  /** Cuts off what lies behind so many octets. */
  truncate(octets: number, done: (outcome: Outcome) => void): void;
}
