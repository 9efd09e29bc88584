import { FEED_GONE, FEED_IDLE, type Feed } from './feed.ts';

interface Mark {
  readonly feed: Feed;
  readonly number: number;
}

/**
 * Marks in front of which something may still wait for a socket (see RECORD_MARK). Main sets no
 * more than a few for each feed before it hears of them.
 */
export class Marks {
  private readonly onReached: (slot: number, mark: number) => void;
  private waiting: Mark[] = [];

  constructor(onReached: (slot: number, mark: number) => void) {
    this.onReached = onReached;
  }

  /** A mark has come. */
  add(feed: Feed, number: number): void {
    this.waiting.push({ feed, number });
  }

  /** Reports those that have been reached. To be called when sockets may have taken something. */
  check(): void {
    if (this.waiting.length === 0) return;
    const { waiting } = this;
    this.waiting = [];
    for (const mark of waiting) {
      if (mark.feed.state === FEED_IDLE) this.onReached(mark.feed.slot, mark.number);
      else if (mark.feed.state !== FEED_GONE) this.waiting.push(mark);
    }
  }
}
