import {
  CONTENT_SIZE_FIELD,
  type ContentCursor,
  contentSize,
  encodeContent,
} from '../wire/dmp-content.ts';
import type { MessageView } from '../wire/message-view.ts';
import { copyOctets, writeUint32 } from '../wire/octets.ts';
import { ContentSource } from './content-source.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';

/** Octets of the memory in which runs of rewritten contents are put together: a few records. */
const SCRATCH_OCTETS = 256 * 1024;

/**
 * Makes copies of contents that don't go on as they came. The copies lie one behind the other, so
 * that they form runs, too.
 */
export class RewrittenContents {
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
   * Adds a copy of the content at `cursor` in `source`, without options and with the name of its
   * sink's exchange, which feeds want to know (DMP specification, section 3).
   * @param exchangeName a short string
   * @param apart whether it must start a new run
   * @returns false if the run is in the way, because a ring is full
   */
  addRenamed(
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
    return this.addCopy(target, at, at + octets, plan, apart);
  }

  /** Adds a message as a content without options; otherwise as `addRenamed`. */
  addMessage(message: MessageView, plan: Plan, apart: boolean): boolean {
    const octets = contentSize(message);
    const target = this.roomFor(octets);
    if (target === null) return false;
    const at = target === this.scratch ? this.scratchEnd : 0;
    encodeContent(message, 0, target.octets, at);
    return this.addCopy(target, at, at + octets, plan, apart);
  }

  private addCopy(
    source: ContentSource,
    from: number,
    to: number,
    plan: Plan,
    apart: boolean,
  ): boolean {
    const { run } = this;
    const added = apart ? run.addApart(source, from, to, plan) : run.add(source, from, to, plan);
    if (added && source === this.scratch) this.scratchEnd = to;
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
