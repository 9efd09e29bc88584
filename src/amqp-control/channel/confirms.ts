import type { FrameTarget } from './delivery-writer.ts';
import { writeConfirm } from './delivery-writer.ts';

/**
 * Publisher confirms of one channel (Confirm.Select). Messages are numbered from 1; those that were
 * taken are acknowledged together at the end of the turn, with `multiple`, those that were refused
 * one by one.
 */
export class Confirms {
  private readonly target: FrameTarget;
  private lastTag = 0;
  private acknowledgedTag = 0;

  constructor(target: FrameTarget) {
    this.target = target;
  }

  /** True if there is something for `flush` to write. */
  get pending(): boolean {
    return this.lastTag > this.acknowledgedTag;
  }

  /**
   * The next message was taken by every queue it was routed to, or by none because it was routed to
   * none.
   */
  accepted(): void {
    this.lastTag++;
  }

  /** A queue refused the next message (x-overflow reject-publish). */
  refused(): void {
    this.flush();
    this.lastTag++;
    this.acknowledgedTag = this.lastTag;
    writeConfirm(this.target, this.lastTag, false, false);
  }

  /** Writes the acknowledgement of everything taken since the last time. */
  flush(): void {
    const count = this.lastTag - this.acknowledgedTag;
    if (count === 0) return;
    this.acknowledgedTag = this.lastTag;
    writeConfirm(this.target, this.lastTag, count > 1, true);
  }
}
