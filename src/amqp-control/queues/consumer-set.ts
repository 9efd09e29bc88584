import type { QueueConsumer } from './queue-consumer.ts';
import { NO_ORIGIN } from './queue-consumer.ts';

/** Consumers of one priority that are believed to be able to receive, served round robin. */
interface Level {
  readonly priority: number;
  readonly waiting: QueueConsumer[];
  turn: number;
}

/**
 * The consumers of one queue. A consumer that cannot receive leaves its level when its turn comes
 * and is put back by `ready`, so finding the next one doesn't depend on how many are blocked.
 * Within a priority the turn goes round, so none starves.
 */
export class ConsumerSet {
  readonly all: QueueConsumer[] = [];
  private readonly levels: Level[] = [];
  private readonly singleActive: boolean;
  private hasNoLocal = false;

  /** @param singleActive `x-single-active-consumer`: only the consumer that came first is served */
  constructor(singleActive: boolean) {
    this.singleActive = singleActive;
  }

  get count(): number {
    return this.all.length;
  }

  /** The consumer that is served under x-single-active-consumer, or null. */
  get active(): QueueConsumer | null {
    return this.singleActive ? (this.all[0] ?? null) : null;
  }

  /** True if somebody holds the queue for itself. */
  get heldExclusively(): boolean {
    return this.all.length > 0 && this.all[0].exclusive;
  }

  add(consumer: QueueConsumer): void {
    this.all.push(consumer);
    consumer.attached = true;
    if (consumer.refusedOrigin !== NO_ORIGIN) this.hasNoLocal = true;
    this.ready(consumer);
  }

  remove(consumer: QueueConsumer): void {
    const index = this.all.indexOf(consumer);
    if (index < 0) return;
    this.all.splice(index, 1);
    consumer.attached = false;
    this.leave(consumer);
    this.hasNoLocal = this.all.some((other) => other.refusedOrigin !== NO_ORIGIN);
    const successor = this.active;
    if (index === 0 && successor !== null) this.ready(successor);
  }

  /** The consumer may be able to receive (again). */
  ready(consumer: QueueConsumer): void {
    if (consumer.waiting || !consumer.attached) return;
    if (this.singleActive && consumer !== this.all[0]) return;
    consumer.waiting = true;
    this.levelOf(consumer.priority).waiting.push(consumer);
  }

  /**
   * The consumer whose turn it is to get a message published by connection `origin`, or null if
   * none can receive it now. Takes one step of the round robin.
   */
  next(origin: number): QueueConsumer | null {
    const levels = this.levels;
    for (let i = 0; i < levels.length; i++) {
      const consumer = this.nextIn(levels[i], origin);
      if (consumer !== null) return consumer;
    }
    return null;
  }

  /**
   * True if there are consumers that could receive, but all of them refuse what connection `origin`
   * publishes (no-local). Only meaningful directly behind a `next` that returned null.
   */
  refuse(origin: number): boolean {
    if (!this.hasNoLocal) return false;
    const waiting = this.levels.flatMap((level) => level.waiting);
    return waiting.length > 0 && waiting.every((consumer) => consumer.refusedOrigin === origin);
  }

  /**
   * True if every consumer refuses what connection `origin` publishes (no-local), and there is at
   * least one.
   */
  allRefuse(origin: number): boolean {
    if (!this.hasNoLocal) return false;
    return this.all.every((consumer) => consumer.refusedOrigin === origin);
  }

  private nextIn(level: Level, origin: number): QueueConsumer | null {
    const waiting = level.waiting;
    let refusals = 0;
    while (waiting.length > refusals) {
      if (level.turn >= waiting.length) level.turn = 0;
      const consumer = waiting[level.turn];
      if (!consumer.canReceive()) {
        consumer.waiting = false;
        waiting.splice(level.turn, 1);
        continue;
      }
      level.turn++;
      if (!this.hasNoLocal || consumer.refusedOrigin !== origin) return consumer;
      refusals++;
    }
    return null;
  }

  private leave(consumer: QueueConsumer): void {
    consumer.waiting = false;
    const index = this.levels.findIndex((level) => level.priority === consumer.priority);
    if (index < 0) return;
    const level = this.levels[index];
    const place = level.waiting.indexOf(consumer);
    if (place >= 0) {
      level.waiting.splice(place, 1);
      if (place < level.turn) level.turn--;
    }
    if (!this.all.some((other) => other.priority === consumer.priority))
      this.levels.splice(index, 1);
  }

  private levelOf(priority: number): Level {
    let index = 0;
    while (index < this.levels.length && this.levels[index].priority > priority) index++;
    if (index < this.levels.length && this.levels[index].priority === priority) {
      return this.levels[index];
    }
    const level: Level = { priority, waiting: [], turn: 0 };
    this.levels.splice(index, 0, level);
    return level;
  }
}
