import type { JsonObject } from './plain-table.ts';

/** What doesn't change as long as an object lives, or rarely. */
export type Description = JsonObject;

/** The kinds of objects that are shown. */
export type ObjectKind =
  | 'vhost'
  | 'exchange'
  | 'queue'
  | 'binding'
  | 'connection'
  | 'channel'
  | 'consumer';

/** How one kind of objects is shown: what is said once, and the numbers that are read each time. */
export interface ObjectSource<T extends object> {
  readonly kind: ObjectKind;
  /** Names of the numbers, in the order in which `read` writes them. */
  readonly columns: readonly string[];
  /** All that there are. Tolerates changes while it is being walked. */
  all(): Iterable<T>;
  /** One by what it is called, or null. */
  find(vhost: string, name: string): T | null;
  describe(object: T): Description;
  /** A value that changes when the description does; 0 if it never does. */
  revision(object: T): number;
  /** Writes the object's numbers to `row`, from `at` on. */
  read(object: T, row: Float64Array, at: number): void;
}
