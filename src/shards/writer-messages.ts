import type { MessagePort } from 'node:worker_threads';
import type { FeedSettings } from '../dmp-writer/feed.ts';
import type { FeedLimits } from '../dmp-writer/feed-limits.ts';
import type { FeedReport } from '../dmp-writer/feed-report.ts';
import type { FeedWriterSettings } from '../dmp-writer/feed-writer.ts';
import type { Producer } from '../dmp-writer/inlet.ts';
import type { RingLink } from './ring-link.ts';

/** What a writer thread is started with. */
export interface WriterStart {
  readonly settings: FeedWriterSettings;
  /** The doorbells of all threads, and the number of this one's. */
  readonly doorbells: SharedArrayBuffer;
  readonly doorbell: number;
  /** The page of counters, and the number of this thread's block. */
  readonly counters: SharedArrayBuffer;
  readonly counterBlock: number;
  /** Control messages in both directions; those from main are counted in `mailCount`. */
  readonly control: MessagePort;
  readonly mailCount: SharedArrayBuffer;
  /** What shards that had its place have left: a LoanNote. */
  readonly note: SharedArrayBuffer;
}

/** A feed to be served. */
export interface FeedOrder extends FeedSettings {
  /** Target of the feed's records; each writer sees a slot once and never again. */
  readonly slot: number;
  /** A connected socket that doesn't block; main keeps it open until the writer has let it go. */
  readonly fd: number;
}

/** From main to a writer. */
export type ToWriter =
  | { readonly kind: 'addFeed'; readonly feed: FeedOrder }
  | { readonly kind: 'setLimits'; readonly slot: number; readonly limits: FeedLimits }
  | { readonly kind: 'removeFeed'; readonly slot: number }
  /** A shard has died while it had this writer's place. */
  | { readonly kind: 'loanBroken' }
  | { readonly kind: 'attachRing'; readonly from: Producer; readonly link: RingLink }
  | { readonly kind: 'stop' };

/** From a writer to main. */
export type FromWriter =
  /** `osThread`: see os-thread.ts. */
  | { readonly kind: 'ready'; readonly osThread: number | null }
  | { readonly kind: 'feedReleased'; readonly slot: number; readonly report: FeedReport | null }
  | { readonly kind: 'feedGone'; readonly report: FeedReport; readonly reason: string }
  | { readonly kind: 'feedWarn'; readonly report: FeedReport }
  | { readonly kind: 'feedDropping'; readonly report: FeedReport }
  | { readonly kind: 'fencePassed'; readonly slot: number; readonly fence: number }
  | { readonly kind: 'markReached'; readonly slot: number; readonly mark: number }
  | { readonly kind: 'barrierOverdue'; readonly slot: number };
