import { delay, NS_PER_SECOND } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import type { DeliverySnapshot, Manner } from '../pump/orders.ts';
import type { RunningSubject } from '../subjects/subject.ts';
import type { Workload } from '../workload/workload.ts';
import { Rig, type SideSeconds, totalMessages } from './rig.ts';
import type { ThroughputRepetition } from './throughput-result.ts';

/** Publishers go on for so long after the measured window, so that its end sees full load. */
const OVERRUN_MS = 300;
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
export function runThroughput(
  subject: RunningSubject,
  workload: Workload,
  settings: ThroughputSettings,
): Promise<ThroughputRepetition> {
  const { warmUpSeconds, seconds, stamped } = settings;
  return Rig.use(subject, workload, async (rig) => {
    await rig.consume(stamped, 0);
    const durationMs = (warmUpSeconds + seconds) * MS_PER_SECOND + OVERRUN_MS;
    const publishing = rig.publish(mannerOf(workload), durationMs, stamped);
    await delay(warmUpSeconds * MS_PER_SECOND);
    const before = await mark(rig);
    await delay(seconds * MS_PER_SECOND);
    const after = await mark(rig);
    const accounts = await rig.settle(await publishing, stamped);
    const { rssOctets, peakRssOctets } = readUsage(subject.processIds);
    return { ...accounts, ...windowFigures(before, after), rssOctets, peakRssOctets };
  });
}

function mannerOf({ confirmWindow }: Workload): Manner {
  return confirmWindow > 0
    ? { name: 'confirmed', windowMessages: confirmWindow }
    : { name: 'flood' };
}

/** Everything that is read at one end of the measured window. */
interface Mark {
  readonly snapshots: readonly DeliverySnapshot[];
  readonly seconds: SideSeconds;
}

async function mark(rig: Rig): Promise<Mark> {
  return { snapshots: await rig.snapshots(), seconds: rig.seconds() };
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
  const perMillion = (side: keyof SideSeconds): number =>
    ((after.seconds[side] - before.seconds[side]) / messages) * PER_MILLION;
  return {
    deliveredPerSecond,
    deliveredOctetsPerSecond,
    subjectSecondsPerMillion: perMillion('subject'),
    publisherSecondsPerMillion: perMillion('publishers'),
    consumerSecondsPerMillion: perMillion('consumers'),
  };
}
