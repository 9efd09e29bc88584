import { channelError } from '../../wire/protocol-error.ts';
import { PRECONDITION_FAILED } from '../../wire/reply-code.ts';
import type { MessageLog } from '../queues/message-log.ts';
import type { Queue } from '../queues/queue.ts';
import { UnackedWindow } from '../queues/unacked-window.ts';
import type { DeliveryCounts } from '../stats/counts.ts';

/** Who has unacknowledged messages: a consumer, or the caller of Basic.Get. */
export interface MessageHolder {
  readonly queue: Queue;
  unackedCount: number;
  /** One of them was settled: there may be room for another. */
  released(): void;
}

/** What a client may do with a message it was given. */
export type Settlement = 'ack' | 'reject' | 'requeue';

/** The delivery tags of one channel and the messages that wait for their acknowledgement. */
export class Acknowledgements {
  /**
   * Basic.Qos with global set: messages that all consumers of the channel may hold together; 0 =
   * any number.
   */
  channelPrefetch = 0;

  private readonly window = new UnackedWindow<MessageLog, MessageHolder>();
  private readonly counts: DeliveryCounts;
  private readonly onRoom: () => void;

  /**
   * @param counts where acknowledgements are counted
   * @param onRoom called when `hasRoom` becomes true again: any consumer of the channel may be able
   * to receive
   */
  constructor(counts: DeliveryCounts, onRoom: () => void) {
    this.counts = counts;
    this.onRoom = onRoom;
  }

  /** Messages that wait for their acknowledgement. */
  get count(): number {
    return this.window.size;
  }

  /** Whether the channel's prefetch allows one more message. */
  hasRoom(): boolean {
    return this.channelPrefetch === 0 || this.window.size < this.channelPrefetch;
  }

  /** The tag of a delivery that needs no acknowledgement. */
  nextTag(): number {
    return this.window.skip();
  }

  /** Remembers a delivery and returns its tag. */
  track(log: MessageLog, position: number, holder: MessageHolder): number {
    holder.unackedCount++;
    return this.window.push(log, position, holder);
  }

  /**
   * Settles one message, or all up to a tag (0 = all that there are).
   * @throws ProtocolError 406 if the tag isn't waiting, as in RabbitMQ
   */
  settle(tag: number, multiple: boolean, settlement: Settlement): void {
    this.requireWaiting(tag, multiple);
    this.settleWaiting(multiple && tag === 0 ? this.window.last : tag, multiple, settlement);
  }

  /** As `settle`, but a tag that isn't waiting any more is no error. */
  settleWaiting(tag: number, multiple: boolean, settlement: Settlement): void {
    const full = !this.hasRoom();
    if (multiple) this.settleThrough(tag, settlement);
    else this.settleOne(tag, settlement);
    if (full && this.hasRoom()) this.onRoom();
  }

  /** @throws ProtocolError 406 if a settlement with these arguments would be refused */
  requireWaiting(tag: number, multiple: boolean): void {
    if (multiple && tag === 0) return;
    if (this.window.entryLog(tag) !== null) return;
    throw channelError(PRECONDITION_FAILED, `unknown delivery tag ${tag}`);
  }

  /** The highest tag given so far: what "all" means at this moment. */
  get lastTag(): number {
    return this.window.last;
  }

  /** Gives everything back to the queues (Basic.Recover, end of the channel). */
  requeueAll(): void {
    if (this.window.size > 0) this.settle(0, true, 'requeue');
  }

  private settleThrough(tag: number, settlement: Settlement): void {
    const { window } = this;
    while (window.size > 0 && window.first <= tag) this.settleOne(window.first, settlement);
  }

  private settleOne(tag: number, settlement: Settlement): void {
    const { window } = this;
    const log = window.entryLog(tag);
    const holder = window.entryConsumer(tag);
    if (log === null || holder === null) return;
    const position = window.entryPosition(tag);
    window.remove(tag);
    holder.unackedCount--;
    if (settlement === 'ack') {
      this.counts.acknowledged++;
      holder.queue.counts.acknowledged++;
      log.settle(position);
    } else if (settlement === 'requeue') holder.queue.requeue(log, position);
    else holder.queue.reject(log, position);
    holder.released();
  }
}
