import { writeSync } from 'node:fs';
import { alignedBuffer } from '../lib/aligned-buffer.ts';
import type { MessageBlock } from './orders.ts';
import { PUMP_CALL_OCTETS, PUMP_FD } from './orders.ts';
import { writeStamp } from './stamp.ts';

/** Writes the messages of a block in turn, round and round, to the pump's socket. */
export class BlockWriter {
  /** Messages written up to now: the sequence number of the next one. */
  published = 0;

  readonly #octets: Buffer;
  readonly #messageOctets: number;
  readonly #bodyAt: number;
  readonly #messages: number;
  readonly #messagesPerCall: number;
  readonly #publisher: number;
  readonly #stamped: boolean;
  #next = 0;

  constructor(block: MessageBlock, publisher: number, stamped: boolean) {
    this.#octets = alignedBuffer(block.octets.length);
    this.#octets.set(block.octets);
    this.#messageOctets = block.messageOctets;
    this.#bodyAt = block.bodyAt;
    this.#messages = block.octets.length / block.messageOctets;
    this.#messagesPerCall = Math.max(1, Math.floor(PUMP_CALL_OCTETS / block.messageOctets));
    this.#publisher = publisher;
    this.#stamped = stamped;
  }

  /**
   * Writes at most `maxMessages`, in one call; blocks until the socket has taken them. The first is
   * stamped with `timeNs`, each later one with `intervalNs` more.
   */
  write(maxMessages: number, timeNs: number, intervalNs: number): void {
    const count = Math.min(maxMessages, this.#messagesPerCall, this.#messages - this.#next);
    if (this.#stamped) this.#stamp(count, timeNs, intervalNs);
    let at = this.#next * this.#messageOctets;
    const end = at + count * this.#messageOctets;
    while (at < end) at += writeSync(PUMP_FD, this.#octets, at, end - at);
    this.published += count;
    this.#next = (this.#next + count) % this.#messages;
  }

  #stamp(count: number, timeNs: number, intervalNs: number): void {
    let at = this.#next * this.#messageOctets + this.#bodyAt;
    for (let i = 0; i < count; i++) {
      const intendedNs = timeNs + i * intervalNs;
      writeStamp(this.#octets, this.#publisher, this.published + i, intendedNs, at);
      at += this.#messageOctets;
    }
  }
}
