/**
 * What a borrower leaves for a writer whose place it had (see parking.ts) when a socket took only a
 * part of a record: the record, and how much of it is gone. There is at most one at a time, because
 * a borrower gives the place back then, and the writer sees to it first.
 *
 *        0  | octets, 0 = no note | slot | contents | octets that are gone |
 *       16  | the record's payload: up to LOAN_MAX_OCTETS                  |
 *
 * Words are written without atomics: who has the place of the writer is alone with them.
 */

/** Most octets, records with their headers, that are written for a writer instead of waking it. */
export const LOAN_MAX_OCTETS = 4096;

const HEADER_WORDS = 4;
const OCTETS_WORD = 0;
const SLOT_WORD = 1;
const CONTENTS_WORD = 2;
const WRITTEN_WORD = 3;
const PAYLOAD_AT = HEADER_WORDS * Int32Array.BYTES_PER_ELEMENT;

/** The note of one writer. */
export class LoanNote {
  private readonly words: Int32Array;
  private readonly bytes: Buffer;

  constructor(buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer, 0, HEADER_WORDS);
    this.bytes = Buffer.from(buffer, PAYLOAD_AT);
  }

  /** The memory of one. */
  static create(): SharedArrayBuffer {
    return new SharedArrayBuffer(PAYLOAD_AT + LOAN_MAX_OCTETS);
  }

  /** Leaves a note; `written` of the octets [from, to) of `source` are gone. */
  leave(
    slot: number,
    contents: number,
    source: Buffer,
    from: number,
    to: number,
    written: number,
  ): void {
    source.copy(this.bytes, 0, from, to);
    this.words[SLOT_WORD] = slot;
    this.words[CONTENTS_WORD] = contents;
    this.words[WRITTEN_WORD] = written;
    // Last: a borrower that dies before has left none.
    this.words[OCTETS_WORD] = to - from;
  }

  get isEmpty(): boolean {
    return this.words[OCTETS_WORD] === 0;
  }

  /** The feed that it is for. */
  get slot(): number {
    return this.words[SLOT_WORD];
  }

  /** Contents in the record. */
  get contents(): number {
    return this.words[CONTENTS_WORD];
  }

  /** Octets of the record that are gone. */
  get written(): number {
    return this.words[WRITTEN_WORD];
  }

  /** The record's payload. */
  get payload(): Buffer {
    return this.bytes.subarray(0, this.words[OCTETS_WORD]);
  }

  clear(): void {
    this.words[OCTETS_WORD] = 0;
  }
}
