import { FEED_CONGESTED, FEED_GONE, type Feed, FLUSH_MAX_OCTETS } from './feed.ts';

/** A full socket is tried again after so long, then twice as long each time it is still full. */
const RETRY_MIN_MS = 0.2;

/**
 * Longest time between two tries. Asking a full socket costs about 7 µs: a thousand feeds that
 * stopped reading cost less than half a core, and one costs nothing.
 */
const RETRY_MAX_MS = 16;

/** Feeds tried in one turn: there may be work for others. */
const TRIES_MAX = 32;

/** The feeds whose sockets were full, to be tried again when it is time. */
export class Congestion {
  /** When there is something to try; Infinity if there isn't. */
  dueMs = Infinity;
  private readonly onGone: (feed: Feed) => void;
  /** Those that have waited longest for a try come first. */
  private readonly feeds: Feed[] = [];
  private readonly tried: Feed[] = [];

  /** @param onGone called for a feed that a try has shown to be gone */
  constructor(onGone: (feed: Feed) => void) {
    this.onGone = onGone;
  }

  /** Adds a feed that has just become congested. */
  add(feed: Feed, nowMs: number): void {
    this.feeds.push(feed);
    this.schedule(feed, nowMs, RETRY_MIN_MS);
  }

  /**
   * Tries feeds for which it is time; forgets those that aren't congested any more.
   * @returns whether a socket took anything
   */
  retry(nowMs: number): boolean {
    if (nowMs < this.dueMs) return false;
    this.dueMs = Infinity;
    let octetsTaken = 0;
    let untried = 0;
    for (let i = 0; i < this.feeds.length; i++) {
      const feed = this.feeds[i];
      if (feed.state !== FEED_CONGESTED) continue;
      if (feed.retryAtMs <= nowMs && this.tried.length < TRIES_MAX) {
        this.tried.push(feed);
        octetsTaken += this.tryAgain(feed, nowMs);
      } else {
        this.feeds[untried++] = feed;
        this.dueMs = Math.min(this.dueMs, feed.retryAtMs);
      }
    }
    this.feeds.length = untried;
    for (let i = 0; i < this.tried.length; i++) {
      if (this.tried[i].state === FEED_CONGESTED) this.feeds.push(this.tried[i]);
    }
    this.tried.length = 0;
    return octetsTaken > 0;
  }

  private tryAgain(feed: Feed, nowMs: number): number {
    const taken = feed.flush();
    if (feed.state === FEED_GONE) this.onGone(feed);
    else if (taken >= FLUSH_MAX_OCTETS) this.schedule(feed, nowMs, 0);
    else if (taken > 0) this.schedule(feed, nowMs, RETRY_MIN_MS);
    else this.schedule(feed, nowMs, Math.min(2 * feed.retryDelayMs, RETRY_MAX_MS));
    return taken;
  }

  private schedule(feed: Feed, nowMs: number, delayMs: number): void {
    feed.retryDelayMs = Math.max(delayMs, RETRY_MIN_MS);
    feed.retryAtMs = nowMs + delayMs;
    this.dueMs = Math.min(this.dueMs, feed.retryAtMs);
  }
}
