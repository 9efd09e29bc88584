import type { FindingKind } from '../model/finding.ts';

/** A small fault of the broker, which the crash harness must find. */
export interface Mutation {
  readonly name: string;
  /** What is broken, in words. */
  readonly what: string;
  /** The file of the build that is changed, and the one place in it. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What happens to the disk, without which it does not show. */
  readonly needs: 'power cut' | 'full disk' | null;
  /** How it shows: findings of any of these kinds. */
  readonly shows: readonly FindingKind[];
  /** Kills within which it is found. */
  readonly kills: number;
}

/**
 * The text with the fault in it.
 *
 * @throws Error if there isn't exactly one place for it: the source has changed, the mutation must too
 */
export function mutated(text: string, { name, file, from, to }: Mutation): string {
  const parts = text.split(from);
  if (parts.length === 2) return parts.join(to);
  const times = parts.length - 1;
  throw new Error(`mutation ${name}: ${file} has ${times} times what is to be changed:\n${from}`);
}
