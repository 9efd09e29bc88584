import { delay } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import { Consumer } from '../pump/consumer.ts';
import type { DeliverySnapshot, Manner, PublishReport } from '../pump/orders.ts';
import { Publisher } from '../pump/publisher.ts';
import type { OpenWorkload, RunningSubject } from '../subjects/subject.ts';
import type { Workload } from '../workload/workload.ts';
import { closeAccounts } from './accounts.ts';
import type { Accounts } from './throughput-result.ts';

const DRAIN_POLL_MS = 50;
/** Nothing new for so long, and what is missing will not come. */
const DRAIN_IDLE_MS = 2000;
/** A queue that was filled faster than it is emptied takes its time. */
const DRAIN_TIMEOUT_MS = 120_000;

/** CPU seconds that each side has used. */
export interface SideSeconds {
  readonly subject: number;
  readonly publishers: number;
  readonly consumers: number;
}

/** A subject with a workload open on it and a pump on each connection. */
export class Rig {
  readonly #subject: RunningSubject;
  readonly #lines: OpenWorkload;
  readonly #consumers: readonly Consumer[];
  readonly #publishers: readonly Publisher[];

  private constructor(subject: RunningSubject, lines: OpenWorkload) {
    this.#subject = subject;
    this.#lines = lines;
    this.#consumers = lines.consumers.map(({ socket }) => new Consumer(socket));
    this.#publishers = lines.publishers.map(({ socket }) => new Publisher(socket));
  }

  /**
   * Opens the workload, lets `work` use it, and closes it whatever comes of that.
   * @throws Error what `work` throws, or why the workload can't be opened
   */
  static async use<Result>(
    subject: RunningSubject,
    workload: Workload,
    work: (rig: Rig) => Promise<Result>,
  ): Promise<Result> {
    const rig = new Rig(subject, await subject.open(workload));
    try {
      return await work(rig);
    } finally {
      for (const pump of [...rig.#publishers, ...rig.#consumers]) pump.kill();
      await rig.#lines.close();
    }
  }

  /**
   * Starts the consumers; resolves when they read.
   * @param count how many; the others never read
   */
  async consume(
    stamped: boolean,
    timedFromSequence: number,
    count = this.#consumers.length,
  ): Promise<void> {
    await Promise.all(
      this.#consumers.slice(0, count).map((consumer, index) => {
        const { framing } = this.#lines.consumers[index];
        return consumer.start({ framing, stamped, timedFromSequence });
      }),
    );
  }

  /** Starts all publishers; the reports come when their time is over. */
  publish(manner: Manner, durationMs: number, stamped: boolean): Promise<PublishReport[]> {
    const reports = Promise.all(
      this.#publishers.map((pump, publisher) => {
        const { block } = this.#lines.publishers[publisher];
        return pump.publish({ block, publisher, manner, durationMs, stamped });
      }),
    );
    // Whoever awaits the reports learns of a failure; until then it must not end the bench.
    reports.catch(() => {});
    return reports;
  }

  snapshots(): Promise<DeliverySnapshot[]> {
    return Promise.all(this.#consumers.map((consumer) => consumer.snapshot()));
  }

  /** Counts of latencies of each consumer. */
  latencyCounts(): Promise<Int32Array[]> {
    return Promise.all(this.#consumers.map((consumer) => consumer.latencyCounts()));
  }

  seconds(): SideSeconds {
    return {
      subject: readUsage(this.#subject.processIds).cpuSeconds,
      publishers: readUsage(this.#publishers.map((each) => each.processId)).cpuSeconds,
      consumers: readUsage(this.#consumers.map((each) => each.processId)).cpuSeconds,
    };
  }

  /** How many deliveries the published messages should have led to. */
  #expectedDeliveries(reports: readonly PublishReport[]): number {
    return reports.reduce(
      (sum, { publishedMessages }, index) =>
        sum + publishedMessages * this.#lines.publishers[index].plan.copies,
      0,
    );
  }

  /**
   * Waits for what is under way and adds up where the messages went.
   * @param mayDrop whether the subject may have dropped some
   * @throws Error if they don't add up
   */
  async settle(
    reports: readonly PublishReport[],
    stamped: boolean,
    mayDrop = this.#subject.mayDrop,
  ): Promise<Accounts> {
    const expected = this.#expectedDeliveries(reports);
    const final = await this.#drain(expected);
    const countedDrops = (await this.#lines.droppedMessages?.()) ?? null;
    return closeAccounts({ reports, expected, final, stamped, mayDrop, countedDrops });
  }

  /** Waits until so many messages were delivered, or no more come. */
  async #drain(expectedMessages: number): Promise<readonly DeliverySnapshot[]> {
    const deadline = Date.now() + DRAIN_TIMEOUT_MS;
    let snapshots = await this.snapshots();
    let delivered = totalMessages(snapshots);
    let changedAt = Date.now();
    while (delivered < expectedMessages && Date.now() < deadline) {
      await delay(DRAIN_POLL_MS);
      snapshots = await this.snapshots();
      const now = totalMessages(snapshots);
      if (now > delivered) changedAt = Date.now();
      else if (Date.now() - changedAt > DRAIN_IDLE_MS) break;
      delivered = now;
    }
    return snapshots;
  }
}

/** Messages of all consumers together. */
export function totalMessages(snapshots: readonly DeliverySnapshot[]): number {
  return snapshots.reduce((sum, snapshot) => sum + snapshot.messages, 0);
}
