import { CONTENT_SIZE_FIELD, type ContentCursor } from '../wire/dmp-content.ts';
import { copyOctets, writeUint32 } from '../wire/octets.ts';
import { ContentSource } from './content-source.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';

/** Octets of the memory in which runs of renamed contents are put together: a few records. */
const SCRATCH_OCTETS = 256 * 1024;

/**
 * Gives contents without an exchange name the name of their sink's exchange (DMP specification,
 * section 3): feeds want to know it. It takes a copy of the content; the copies lie one behind the
 * other, so that they form runs, too.
 */
export class RenamedContents {
  private readonly run: Run;
  private scratch: ContentSource | null = null;
  private scratchEnd = 0;

  constructor(run: Run) {
    this.run = run;
  }

  /** Forgets all copies: they are in no run any more. */
  reset(): void {
    this.scratchEnd = 0;
  }

  /**
   * Adds a copy of the content at `cursor` in `source`, with this name and without options.
   * @param exchangeName a short string
   * @param apart whether it must start a new run
   * @returns false if the run is in the way, because a ring is full
   */
  add(
    exchangeName: Buffer,
    source: ContentSource,
    cursor: ContentCursor,
    plan: Plan,
    apart: boolean,
  ): boolean {
    const octets = CONTENT_SIZE_FIELD + exchangeName.length + cursor.end - cursor.routingKeyAt;
    const target = this.roomFor(octets);
    if (target === null) return false;
    const at = target === this.scratch ? this.scratchEnd : 0;
    writeRenamed(exchangeName, source.octets, cursor, target.octets, at);
    const end = at + octets;
    const { run } = this;
    const added = apart ? run.addApart(target, at, end, plan) : run.add(target, at, end, plan);
    if (added && target === this.scratch) this.scratchEnd = end;
    return added;
  }

  /** Memory for a copy: from `scratchEnd` on if it is `scratch`; null if the run is in the way. */
  private roomFor(octets: number): ContentSource | null {
    if (octets > SCRATCH_OCTETS) return ContentSource.allocateShared(octets);
    this.scratch ??= ContentSource.allocate(SCRATCH_OCTETS);
    if (this.scratchEnd + octets > SCRATCH_OCTETS) {
      if (!this.run.flush()) return null;
      this.scratchEnd = 0;
    }
    return this.scratch;
  }
}

function writeRenamed(
  exchangeName: Buffer,
  b: Buffer,
  cursor: ContentCursor,
  target: Buffer,
  at: number,
): void {
  const { routingKeyAt, optionsAt, end } = cursor;
  const exchangeAt = at + CONTENT_SIZE_FIELD;
  const targetKeyAt = exchangeAt + exchangeName.length;
  writeUint32(target, exchangeName.length + end - routingKeyAt, at);
  copyOctets(exchangeName, 0, exchangeName.length, target, exchangeAt);
  copyOctets(b, routingKeyAt, end, target, targetKeyAt);
  target[targetKeyAt + optionsAt - routingKeyAt] = 0;
}
