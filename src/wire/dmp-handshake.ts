/**
 * How a direct connection opens (DMP specification, section 2): the client sends the protocol
 * header, the server a reply, the client its lease, the server a reply; all but the header are
 * short strings. A client may send everything, and contents behind it, without waiting.
 */
import { copyOctets, cutText, SHORTSTR_MAX_OCTETS, shortstrText } from './octets.ts';

/** 'AMQP', class 10, instance 1, version 0.1: what tells a direct connection from an AMQP one. */
export const DMP_PROTOCOL_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 10, 1, 0, 1]);

/** The server's reply to the protocol header. */
export const DMP_GREETING = '200 OK DP/0.1';
/** The reply to a lease that is unknown, expired or revoked. */
export const LEASE_NOT_VALID = '402 BAD-LEASE Lease is not valid for this connection';
/** The reply to a lease that was used before. */
export const LEASE_ALREADY_ACQUIRED = '402 BAD-LEASE Lease already acquired';

/** The reply to the lease of a sink; `name` is cut if the reply would not fit a short string. */
export function sinkReadyReply(name: string): string {
  return readyReply('Sink', name);
}

/** The reply to the lease of a feed; `name` is cut if the reply would not fit a short string. */
export function feedReadyReply(name: string): string {
  return readyReply('Feed', name);
}

function readyReply(kind: string, name: string): string {
  const before = `200 OK ${kind} '`;
  const behind = "' ready";
  return before + cutText(name, SHORTSTR_MAX_OCTETS - before.length - behind.length) + behind;
}

/** Whether a reply says that the handshake goes on: whether it begins with 200. */
export function isReplyOk(reply: string): boolean {
  return reply.startsWith('200');
}

/** Puts one short string together from pieces of any size; serves again after `reset`. */
export class ShortstrAssembler {
  private readonly octets = Buffer.alloc(1 + SHORTSTR_MAX_OCTETS);
  private size = 0;

  /** Whether the whole string has come. */
  get complete(): boolean {
    return this.size > this.octets[0];
  }

  /**
   * Takes what the string lacks from [at, end); returns the offset of the first octet not taken.
   */
  take(source: Buffer, at: number, end: number): number {
    if (at >= end || this.complete) return at;
    if (this.size === 0) {
      this.octets[0] = source[at];
      this.size = 1;
      return this.take(source, at + 1, end);
    }
    const to = Math.min(end, at + 1 + this.octets[0] - this.size);
    copyOctets(source, at, to, this.octets, this.size);
    this.size += to - at;
    return to;
  }

  /** The string; call it when `complete`. */
  text(): string {
    return shortstrText(this.octets, 0);
  }

  /** Forgets the string, to take another. */
  reset(): void {
    this.octets[0] = 0;
    this.size = 0;
  }
}
