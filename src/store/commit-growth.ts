import type { IndexedChunk } from './chunk-index.ts';
import type { NewChunk } from './held-messages.ts';

const PAGE_OCTETS = 4096;

/** Octets that any commit may need: heads, the tree of free pages. */
const MARGIN_OCTETS = 512 * 1024;

/** Pages from a tree's root to a value, which are written anew with it. */
const DEPTH = 4;

/** What the tree of free pages keeps for a chunk that goes: 8 octets for each of its pages. */
const FREED_OCTETS = 512;

/** What a small value needs in its page beside what it holds. */
const VALUE_OCTETS = 64;

/** What may be taken without asking whether the trees are so large at all. */
const FEW_OCTETS = 512 * 1024;

/** What is to be committed. */
export interface Change {
  readonly chunks: readonly NewChunk[];
  readonly changed: readonly IndexedChunk[];
  readonly definitions: readonly { readonly key: string; readonly value: string | null }[];
  readonly marks: readonly unknown[];
}

/**
 * Octets by which a commit may make the engine's file longer, at most: what it replaces stays until
 * it is done, and what is free elsewhere may be in pieces that are too small.
 *
 * @param treeOctets of all trees without large values: written anew as a whole at most; asked
 *   only if there is much to write, because the engine is not quick to tell
 */
export function commitGrowth(
  { chunks, changed, definitions, marks }: Change,
  treeOctets: () => number,
): number {
  let values = MARGIN_OCTETS;
  for (const { octets } of chunks) values += octets.length + PAGE_OCTETS;
  for (const { logs } of changed) values += logs.length / 8 + VALUE_OCTETS + FREED_OCTETS;
  for (const { key, value } of definitions) {
    // In UTF-8 at most three octets for each unit of a string.
    values += 3 * (key.length + (value?.length ?? 0)) + VALUE_OCTETS;
  }
  values += marks.length * VALUE_OCTETS;
  const touched = chunks.length + 2 * changed.length + definitions.length + marks.length;
  const most = touched * DEPTH * PAGE_OCTETS;
  if (most <= FEW_OCTETS) return Math.ceil(values + most);
  // A page that is full becomes two.
  return Math.ceil(values + Math.min(2 * treeOctets() + values, most));
}
