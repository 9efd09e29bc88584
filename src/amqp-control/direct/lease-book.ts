import { randomBytes } from 'node:crypto';

/** DMP section 4 asks for 128 random bits; these are 192, and 32 characters of text. */
const TOKEN_OCTETS = 24;

/** An exchange to publish to. */
export interface SinkTarget {
  readonly kind: 'sink';
  readonly vhost: string;
  readonly exchange: string;
}

/** A private queue to receive from. */
export interface FeedTarget {
  readonly kind: 'feed';
  readonly vhost: string;
  readonly queue: string;
}

/** What a lease is good for. */
export type LeaseTarget = SinkTarget | FeedTarget;

/** Where a lease is: granted → acquired → ended, or granted → ended. */
export type LeaseState = 'granted' | 'acquired' | 'ended';

/** The right to open one direct connection. */
export interface Lease<Owner extends object, Target extends LeaseTarget = LeaseTarget> {
  readonly token: string;
  readonly target: Target;
  /** Who asked for it; it ends with its owner. */
  readonly owner: Owner;
  /** When it ends if it isn't presented, in milliseconds of the caller's clock. */
  readonly expiresAtMs: number;
  state: LeaseState;
}

export function isForSink<Owner extends object>(
  lease: Lease<Owner>,
): lease is Lease<Owner, SinkTarget> {
  return lease.target.kind === 'sink';
}

export function isForFeed<Owner extends object>(
  lease: Lease<Owner>,
): lease is Lease<Owner, FeedTarget> {
  return lease.target.kind === 'feed';
}

/** What became of a lease that was presented. */
export type Presentation<Owner extends object> =
  | { readonly outcome: 'acquired'; readonly lease: Lease<Owner> }
  | { readonly outcome: 'already acquired' }
  | { readonly outcome: 'not valid' };

/**
 * The leases there are (DMP section 4): unguessable, usable once, bound to the channel that asked
 * for them. A feed has one lease at a time, a sink any number.
 */
export class LeaseBook<Owner extends object> {
  private readonly byToken = new Map<string, Lease<Owner>>();
  private readonly byOwner = new Map<Owner, Set<Lease<Owner>>>();
  private readonly byFeed = new Map<string, Lease<Owner>>();

  /** Leases that have not ended. */
  get count(): number {
    return this.byToken.size;
  }

  /** Leases that have not ended, in the order in which they were granted. */
  all(): Iterable<Lease<Owner>> {
    return this.byToken.values();
  }

  /** Whether somebody holds the lease of a feed. A lease that has expired is ended by this. */
  isLeased(vhost: string, queue: string, nowMs: number): boolean {
    const lease = this.byFeed.get(feedKey(vhost, queue));
    if (lease === undefined) return false;
    this.expire(lease, nowMs);
    return lease.state !== 'ended';
  }

  /** @throws Error if the target is a feed that is leased */
  grant(target: LeaseTarget, owner: Owner, expiresAtMs: number): Lease<Owner> {
    const token = randomBytes(TOKEN_OCTETS).toString('base64url');
    const lease: Lease<Owner> = { token, target, owner, expiresAtMs, state: 'granted' };
    if (target.kind === 'feed') {
      const key = feedKey(target.vhost, target.queue);
      if (this.byFeed.has(key)) throw new Error(`feed '${target.queue}' is leased already`);
      this.byFeed.set(key, lease);
    }
    this.byToken.set(token, lease);
    const owned = this.byOwner.get(owner) ?? new Set();
    owned.add(lease);
    this.byOwner.set(owner, owned);
    return lease;
  }

  /** Who asked for a lease, or null if there is no such lease. */
  ownerOf(token: string): Owner | null {
    return this.byToken.get(token)?.owner ?? null;
  }

  /** A direct connection presents a lease. */
  present(token: string, nowMs: number): Presentation<Owner> {
    const lease = this.byToken.get(token);
    if (lease === undefined) return { outcome: 'not valid' };
    this.expire(lease, nowMs);
    if (lease.state === 'ended') return { outcome: 'not valid' };
    if (lease.state === 'acquired') return { outcome: 'already acquired' };
    lease.state = 'acquired';
    return { outcome: 'acquired', lease };
  }

  /** Ends a lease: its direct connection has closed, or must be. */
  end(lease: Lease<Owner>): void {
    if (lease.state === 'ended') return;
    lease.state = 'ended';
    this.byToken.delete(lease.token);
    const { target } = lease;
    if (target.kind === 'feed') this.byFeed.delete(feedKey(target.vhost, target.queue));
    const owned = this.byOwner.get(lease.owner);
    owned?.delete(lease);
    if (owned?.size === 0) this.byOwner.delete(lease.owner);
  }

  /** The leases of one owner. */
  ownedBy(owner: Owner): Lease<Owner>[] {
    return [...(this.byOwner.get(owner) ?? [])];
  }

  /** Ends the lease of a feed, if there is one: its queue is gone. */
  endFeed(vhost: string, queue: string): void {
    const lease = this.byFeed.get(feedKey(vhost, queue));
    if (lease !== undefined) this.end(lease);
  }

  /** Ends granted leases that nobody presented in time. @returns how many */
  endExpired(nowMs: number): number {
    const before = this.byToken.size;
    for (const lease of this.byToken.values()) this.expire(lease, nowMs);
    return before - this.byToken.size;
  }

  private expire(lease: Lease<Owner>, nowMs: number): void {
    if (lease.state === 'granted' && lease.expiresAtMs <= nowMs) this.end(lease);
  }
}

function feedKey(vhost: string, queue: string): string {
  return JSON.stringify([vhost, queue]);
}
