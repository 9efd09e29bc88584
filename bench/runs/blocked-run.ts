import { delay, NS_PER_SECOND } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import type { DeliverySnapshot } from '../pump/orders.ts';
import type { RunningSubject } from '../subjects/subject.ts';
import { topologyOf } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';
import { Rig } from './rig.ts';

const OVERRUN_MS = 300;
const MS_PER_SECOND = 1000;

/** How a consumer that reads fares. */
export interface HealthyFigures {
  readonly deliveredPerSecond: number;
  /** The longest time in which it got nothing, to a sampling interval. */
  readonly longestSilenceSeconds: number;
  /** By how much the broker's memory grew from the start of the run to its end. */
  readonly rssGrowthOctets: number;
}

export interface BlockedSettings {
  readonly bodyOctets: number;
  readonly seconds: number;
}

/** How often the healthy consumer is looked at. */
const SAMPLE_MS = 100;

/** Consumers of everything that is published, and how many of them read at all. */
export interface Company {
  readonly consumers: number;
  readonly readers: number;
}

/**
 * A publisher at full speed, and how the first of its consumers fares in that company.
 * @throws Error if the consumer that reads gets something out of order or is cut off
 */
export function runBlocked(
  subject: RunningSubject,
  { consumers, readers }: Company,
  { bodyOctets, seconds }: BlockedSettings,
): Promise<HealthyFigures> {
  const topology = topologyOf(`1P-${consumers}C`);
  const workload: Workload = { topology, bodyOctets, confirmWindow: 0, prefetch: 0 };
  return Rig.use(subject, workload, async (rig) => {
    await rig.consume(true, 0, readers);
    const rssBefore = readUsage(subject.processIds).rssOctets;
    const publishing = rig.publish({ name: 'flood' }, seconds * MS_PER_SECOND + OVERRUN_MS, true);
    const first = await healthySnapshot(rig);
    let last = first;
    let progressNs = first.atNs;
    let longestSilenceNs = 0;
    while (last.atNs - first.atNs < seconds * NS_PER_SECOND) {
      await delay(SAMPLE_MS);
      const snapshot = await healthySnapshot(rig);
      longestSilenceNs = Math.max(longestSilenceNs, snapshot.atNs - progressNs);
      if (snapshot.messages > last.messages) progressNs = snapshot.atNs;
      last = snapshot;
    }
    const rssGrowthOctets = readUsage(subject.processIds).rssOctets - rssBefore;
    if (last.ended || last.disordered > 0) {
      throw new Error(`The healthy consumer was ${last.ended ? 'cut off' : 'served out of order'}`);
    }
    // A broker that lets the blocked consumer stop the publisher would keep us here for ever.
    await Promise.race([publishing, delay(OVERRUN_MS + MS_PER_SECOND)]);
    return {
      deliveredPerSecond:
        (last.messages - first.messages) / ((last.atNs - first.atNs) / NS_PER_SECOND),
      longestSilenceSeconds: longestSilenceNs / NS_PER_SECOND,
      rssGrowthOctets,
    };
  });
}

async function healthySnapshot(rig: Rig): Promise<DeliverySnapshot> {
  return (await rig.snapshots())[0];
}
