import { delay, NS_PER_SECOND } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import { Consumer } from '../pump/consumer.ts';
import type { DeliverySnapshot, Manner, PublishReport } from '../pump/orders.ts';
import { Publisher } from '../pump/publisher.ts';
import type { OpenWorkload, RunningSubject } from '../subjects/subject.ts';
import type { Workload } from '../workload/workload.ts';
import { closeAccounts } from './accounts.ts';
import type { ThroughputRepetition } from './throughput-result.ts';

/** Publishers go on for so long after the measured window, so that its end sees full load. */
const OVERRUN_MS = 300;
const DRAIN_POLL_MS = 50;
/** Nothing new for so long, and what is missing will not come. */
const DRAIN_IDLE_MS = 2000;
/** A queue that was filled faster than it is emptied takes its time. */
const DRAIN_TIMEOUT_MS = 120_000;

const PER_MILLION = 1e6;
const MS_PER_SECOND = 1000;

export interface ThroughputSettings {
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Whether every message carries a sequence number that the consumers check: a sampled run. */
  readonly stamped: boolean;
}

/**
 * Pumps a workload through a subject and measures a window of it, then waits for what is under way
 * and closes the accounts.
 * @throws Error if they don't add up
 */
export async function runThroughput(
  subject: RunningSubject,
  workload: Workload,
  settings: ThroughputSettings,
): Promise<ThroughputRepetition> {
  const lines = await subject.open(workload);
  const consumers = lines.consumers.map(({ socket }) => new Consumer(socket));
  const publishers = lines.publishers.map(({ socket }) => new Publisher(socket));
  try {
    await startConsumers(consumers, lines, settings.stamped);
    const run = new ThroughputRun(subject, consumers, publishers);
    return await run.measure(lines, workload, settings);
  } finally {
    for (const pump of [...publishers, ...consumers]) pump.kill();
    await lines.close();
  }
}

async function startConsumers(
  consumers: readonly Consumer[],
  lines: OpenWorkload,
  stamped: boolean,
): Promise<void> {
  await Promise.all(
    consumers.map((consumer, index) => {
      const { framing } = lines.consumers[index];
      return consumer.start({ framing, stamped, timedFromSequence: 0 });
    }),
  );
}

/** Everything that is read at one end of the measured window. */
interface Mark {
  readonly snapshots: readonly DeliverySnapshot[];
  readonly subjectSeconds: number;
  readonly publisherSeconds: number;
  readonly consumerSeconds: number;
}

class ThroughputRun {
  readonly #subject: RunningSubject;
  readonly #consumers: readonly Consumer[];
  readonly #publishers: readonly Publisher[];

  constructor(
    subject: RunningSubject,
    consumers: readonly Consumer[],
    publishers: readonly Publisher[],
  ) {
    this.#subject = subject;
    this.#consumers = consumers;
    this.#publishers = publishers;
  }

  async measure(
    lines: OpenWorkload,
    workload: Workload,
    { warmUpSeconds, seconds, stamped }: ThroughputSettings,
  ): Promise<ThroughputRepetition> {
    const durationMs = (warmUpSeconds + seconds) * MS_PER_SECOND + OVERRUN_MS;
    const manner: Manner =
      workload.confirmWindow > 0
        ? { name: 'confirmed', windowMessages: workload.confirmWindow }
        : { name: 'flood' };
    const orders = lines.publishers.map(({ block }, publisher) =>
      this.#publishers[publisher].publish({ block, publisher, manner, durationMs, stamped }),
    );
    // A publisher that fails is noticed below; until then nobody waits for its report.
    for (const order of orders) order.catch(() => {});
    await delay(warmUpSeconds * MS_PER_SECOND);
    const before = await this.#mark();
    await delay(seconds * MS_PER_SECOND);
    const after = await this.#mark();
    const reports = await Promise.all(orders);
    const expected = expectedDeliveries(lines, reports);
    const final = await this.#drain(expected);
    const { rssOctets, peakRssOctets } = readUsage(this.#subject.processIds);
    const { mayDrop } = this.#subject;
    const accounts = closeAccounts({ reports, expected, final, stamped, mayDrop });
    return { ...accounts, ...windowFigures(before, after), rssOctets, peakRssOctets };
  }

  async #mark(): Promise<Mark> {
    const snapshots = await this.#snapshots();
    return {
      snapshots,
      subjectSeconds: readUsage(this.#subject.processIds).cpuSeconds,
      publisherSeconds: readUsage(this.#publishers.map((each) => each.processId)).cpuSeconds,
      consumerSeconds: readUsage(this.#consumers.map((each) => each.processId)).cpuSeconds,
    };
  }

  #snapshots(): Promise<DeliverySnapshot[]> {
    return Promise.all(this.#consumers.map((consumer) => consumer.snapshot()));
  }

  async #drain(expected: number): Promise<readonly DeliverySnapshot[]> {
    const deadline = Date.now() + DRAIN_TIMEOUT_MS;
    let snapshots = await this.#snapshots();
    let delivered = totalMessages(snapshots);
    let changedAt = Date.now();
    while (delivered < expected && Date.now() < deadline) {
      await delay(DRAIN_POLL_MS);
      snapshots = await this.#snapshots();
      const now = totalMessages(snapshots);
      if (now > delivered) changedAt = Date.now();
      else if (Date.now() - changedAt > DRAIN_IDLE_MS) break;
      delivered = now;
    }
    return snapshots;
  }
}

function expectedDeliveries(lines: OpenWorkload, reports: readonly PublishReport[]): number {
  return reports.reduce(
    (sum, report, index) => sum + report.publishedMessages * lines.publishers[index].plan.copies,
    0,
  );
}

function totalMessages(snapshots: readonly DeliverySnapshot[]): number {
  return snapshots.reduce((sum, snapshot) => sum + snapshot.messages, 0);
}

type WindowFigures = Pick<
  ThroughputRepetition,
  | 'deliveredPerSecond'
  | 'deliveredOctetsPerSecond'
  | 'subjectSecondsPerMillion'
  | 'publisherSecondsPerMillion'
  | 'consumerSecondsPerMillion'
>;

function windowFigures(before: Mark, after: Mark): WindowFigures {
  let deliveredPerSecond = 0;
  let deliveredOctetsPerSecond = 0;
  for (const [index, last] of after.snapshots.entries()) {
    const first = before.snapshots[index];
    const seconds = (last.atNs - first.atNs) / NS_PER_SECOND;
    deliveredPerSecond += (last.messages - first.messages) / seconds;
    deliveredOctetsPerSecond += (last.octets - first.octets) / seconds;
  }
  const messages = totalMessages(after.snapshots) - totalMessages(before.snapshots);
  const perMillion = (seconds: number): number => (seconds / messages) * PER_MILLION;
  return {
    deliveredPerSecond,
    deliveredOctetsPerSecond,
    subjectSecondsPerMillion: perMillion(after.subjectSeconds - before.subjectSeconds),
    publisherSecondsPerMillion: perMillion(after.publisherSeconds - before.publisherSeconds),
    consumerSecondsPerMillion: perMillion(after.consumerSeconds - before.consumerSeconds),
  };
}
