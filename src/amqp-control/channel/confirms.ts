import type { GroupWaiter, StoreClient } from '../../store/store-client.ts';
import type { FrameTarget } from './delivery-writer.ts';
import { writeConfirm } from './delivery-writer.ts';

/** `group` of messages that needn't become durable. */
const AT_ONCE = 0;

/** Consecutive messages that are confirmed at the same time. */
interface Run {
  readonly from: number;
  to: number;
  /** The group that must be durable before, or AT_ONCE. */
  readonly group: number;
  /** They have been acknowledged one by one, or refused. */
  said: boolean;
  readonly refused: boolean;
}

/**
 * Publisher confirms of one channel (Confirm.Select). Messages are numbered from 1. Those that were
 * taken are acknowledged together, with `multiple`: at the end of the read, or when their group is
 * durable. Those that were refused, or that needn't wait but stand behind others that do, are
 * answered one by one.
 */
export class Confirms implements GroupWaiter {
  private readonly target: FrameTarget;
  private lastTag = 0;
  /** All messages up to this one are answered. */
  private answeredTag = 0;
  /** What lies behind `answeredTag` and begins with messages that wait; empty if none do. */
  private runs: Run[] = [];
  private lastGroup = AT_ONCE;
  private unsaid = 0;
  private ended = false;

  constructor(target: FrameTarget) {
    this.target = target;
  }

  /** True if there is something for `flush` to write. */
  get pending(): boolean {
    return this.unsaid > 0;
  }

  /** Messages that are not answered yet. */
  get unansweredCount(): number {
    return this.runs.reduce(
      (count, { said, from, to }) => (said ? count : count + to - from + 1),
      this.runs.length === 0 ? this.unsaid : 0,
    );
  }

  /**
   * The next message was taken by every queue it was routed to, or by none because it was routed to
   * none, and nothing of it has to become durable.
   */
  accepted(): void {
    this.lastTag++;
    this.unsaid++;
    if (this.runs.length > 0) this.extend(AT_ONCE);
  }

  /** The next message was taken, and waits for the store's current group. */
  acceptedIntoGroup(store: StoreClient): void {
    if (this.runs.length === 0) this.flush();
    const group = store.currentGroup;
    this.lastTag++;
    this.extend(group);
    if (group === this.lastGroup) return;
    this.lastGroup = group;
    store.whenDurable(group, this);
  }

  /** A queue refused the next message (x-overflow reject-publish). */
  refused(): void {
    this.flush();
    this.lastTag++;
    writeConfirm(this.target, this.lastTag, false, false);
    if (this.runs.length === 0) this.answeredTag = this.lastTag;
    else this.runs.push(this.run(AT_ONCE, true));
  }

  /** Writes the acknowledgement of everything taken since the last time that needn't wait. */
  flush(): void {
    if (this.unsaid === 0) return;
    this.unsaid = 0;
    if (this.runs.length === 0) {
      this.answerThrough(this.lastTag);
      return;
    }
    for (const run of this.runs) {
      if (run.said || run.group !== AT_ONCE) continue;
      for (let tag = run.from; tag <= run.to; tag++) writeConfirm(this.target, tag, false, true);
      run.said = true;
    }
  }

  durable(group: number): void {
    if (this.ended) return;
    // Else what needn't wait would be acknowledged again at the end of this turn.
    this.flush();
    let answered = 0;
    while (answered < this.runs.length && this.runs[answered].group <= group) answered++;
    let waited = 0;
    for (let i = 0; i < answered; i++) {
      const { said, refused, to } = this.runs[i];
      if (!said) waited = to;
      if (!refused && i + 1 < answered && !this.runs[i + 1].refused) continue;
      // One answer must not cover a message that another one has refused, nor name one again that
      // is answered: clients that count would be at a loss.
      if (waited > this.answeredTag) this.answerThrough(waited);
      this.answeredTag = to;
    }
    this.runs.splice(0, answered);
  }

  /**
   * The channel closes: what needn't wait is acknowledged in front of its end, and nothing is
   * written behind it.
   */
  end(): void {
    this.flush();
    this.ended = true;
  }

  private extend(group: number): void {
    const last = this.runs[this.runs.length - 1];
    if (last !== undefined && last.group === group && !last.said) last.to = this.lastTag;
    else this.runs.push(this.run(group, false));
  }

  /** A run of the last message. */
  private run(group: number, refused: boolean): Run {
    return { from: this.lastTag, to: this.lastTag, group, said: refused, refused };
  }

  private answerThrough(tag: number): void {
    writeConfirm(this.target, tag, tag - this.answeredTag > 1, true);
    this.answeredTag = tag;
  }
}
