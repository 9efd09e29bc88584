import { seededRandom } from '../../test/support/seeded-random.ts';

/** Random decisions that are the same for the same seed. */
export class Dice {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** A whole number of at least `min` and at most `max`; small ones are more frequent. */
  mostlySmall(min: number, max: number): number {
    const share = this.random() ** 3;
    return min + Math.floor(share * (max - min + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** One of several. */
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  /** The seed of other dice. */
  seed(): number {
    return this.below(2 ** 31);
  }
}
