/** One piece of code to be timed. */
export interface MicroCase {
  /** Area and what is done, such as `ring: append and take 51 octets`. */
  readonly name: string;
  /** How many operations one call of `run` does: enough that reading the clock does not count. */
  readonly operations: number;
  run(): void;
}
