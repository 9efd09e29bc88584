import { Pager, type PagerEvents } from '../../src/amqp-control/paging/pager.ts';
import { MessageLog } from '../../src/amqp-control/queues/message-log.ts';
import { SegmentPool } from '../../src/amqp-control/queues/segment-pool.ts';
import { TimerQueue } from '../../src/amqp-control/queues/timer-queue.ts';
import { MemoryDevice } from './memory-device.ts';

/** Time from one try to the next, in milliseconds, and a little. */
const RETRY_MS = 1000;

const ROUNDS_MAX = 100;

/** Logs that share a bound, and the disk beyond it. */
export class PagedLogs implements PagerEvents {
  readonly device = new MemoryDevice();
  readonly pool = new SegmentPool(64 * 1024);
  readonly timers = new TimerQueue();
  readonly pager: Pager;
  readonly said: string[] = [];
  /** Times that a head which was awaited has arrived. */
  arrivals = 0;
  nowMs = 0;

  constructor(boundOctets: number) {
    const noStore = { recall: () => {} };
    this.pager = new Pager(boundOctets, this.pool, this.device, noStore, this, this);
  }

  newLog(): MessageLog {
    const headArrived = (): void => {
      this.arrivals++;
    };
    return new MessageLog(this.pool, null, { pager: this.pager, headArrived });
  }

  /** Does all that can be done now, and tries again what has failed. */
  settle(): void {
    for (let rounds = 0; rounds === 0 || this.isBusy; rounds++) {
      if (rounds > ROUNDS_MAX) throw new Error('it never comes to an end');
      this.device.finishAll();
      this.nowMs += RETRY_MS;
      this.timers.runDue(this.nowMs, Number.MAX_SAFE_INTEGER);
    }
  }

  private get isBusy(): boolean {
    return this.device.waiting.length > 0 || this.timers.size > 0;
  }

  /** Lets what has failed be tried again. */
  tryAgain(): void {
    this.nowMs += RETRY_MS;
    this.timers.runDue(this.nowMs, Number.MAX_SAFE_INTEGER);
  }

  onCongestion(congested: boolean): void {
    this.said.push(congested ? 'congested' : 'relieved');
  }

  onWriteFailing(reason: string): void {
    this.said.push(`write failing: ${reason}`);
  }

  onWritingAgain(): void {
    this.said.push('writing again');
  }

  onReadFailing(reason: string): void {
    this.said.push(`read failing: ${reason}`);
  }

  onSalvaged(recalled: number, lost: number): void {
    this.said.push(`${recalled} recalled, ${lost} lost`);
  }

  onReadingAgain(): void {
    this.said.push('reading again');
  }
}
