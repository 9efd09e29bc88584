import type { MessagePort } from 'node:worker_threads';
import type { EntryRange } from './recall.ts';

/** What a store thread is started with. */
export interface StoreStart {
  readonly directory: string;
  readonly ring: SharedArrayBuffer;
  readonly doorbells: SharedArrayBuffer;
  readonly doorbell: number;
  readonly control: MessagePort;
  readonly mailCount: SharedArrayBuffer;
  /** A page with one block (ring/counters.ts). */
  readonly counters: SharedArrayBuffer;
}

/** From main to the store thread. */
export type ToStore =
  /** Main has taken that many chunks. */
  | { readonly kind: 'chunksTaken'; readonly count: number }
  /** What is stored of these entries is asked for. */
  | { readonly kind: 'recall'; readonly id: number; readonly range: EntryRange }
  /** Write what is left, then end. */
  | { readonly kind: 'stop' };

/** From the store thread to main: first what is stored, then what happens. */
export type FromStore =
  /** `osThread`: see os-thread.ts. */
  | { readonly kind: 'started'; readonly osThread: number | null }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'definitions'; readonly entries: readonly (readonly [string, string])[] }
  | {
      readonly kind: 'messages';
      /** Marks of delivered entries by log. */
      readonly taken: ReadonlyMap<number, number>;
      /** Chunks to come. */
      readonly chunks: number;
    }
  | { readonly kind: 'chunk'; readonly octets: Uint8Array; readonly settled: Uint8Array | null }
  | { readonly kind: 'recovered'; readonly nextEntry: number }
  /** A chunk of the entries that were asked for, or why there is none. */
  | { readonly kind: 'recalled'; readonly id: number; readonly chunk: Uint8Array | string }
  /** All groups up to this one are on disk. */
  | { readonly kind: 'durable'; readonly group: number }
  | { readonly kind: 'spaceGranted' }
  /** Nothing can be written: it is tried again and again. */
  | { readonly kind: 'failing'; readonly reason: string }
  | { readonly kind: 'writingAgain' };
