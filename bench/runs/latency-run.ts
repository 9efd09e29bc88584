import type { Histogram } from 'hdr-histogram-js';
import type { RunningSubject } from '../subjects/subject.ts';
import type { Workload } from '../workload/workload.ts';
import { histogramOf, type LatencyRepetition, percentilesOf } from './latency-result.ts';
import { Rig } from './rig.ts';

const MS_PER_SECOND = 1000;

export interface LatencySettings {
  /** Of each publisher. */
  readonly messagesPerSecond: number;
  /** Messages sent in this time are not counted. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/**
 * Sends at a fixed rate, whatever the broker makes of it, and measures from the time at which each
 * message should have been sent until its octets were read.
 * @throws Error if the messages don't add up
 */
export function runLatency(
  subject: RunningSubject,
  workload: Workload,
  { messagesPerSecond, warmUpSeconds, seconds }: LatencySettings,
): Promise<{ readonly repetition: LatencyRepetition; readonly histogram: Histogram }> {
  return Rig.use(subject, workload, async (rig) => {
    await rig.consume(true, Math.ceil(warmUpSeconds * messagesPerSecond));
    const before = rig.seconds().subject;
    const duration = warmUpSeconds + seconds;
    const manner = { name: 'paced', messagesPerSecond } as const;
    const reports = await rig.publish(manner, duration * MS_PER_SECOND, true);
    const subjectCores = (rig.seconds().subject - before) / duration;
    const accounts = await rig.settle(reports, true);
    const histogram = histogramOf(await rig.latencyCounts());
    const repetition: LatencyRepetition = {
      publishedMessages: accounts.publishedMessages,
      scheduledMessages: reports.reduce((sum, report) => sum + report.scheduledMessages, 0),
      droppedMessages: accounts.droppedMessages,
      subjectCores,
      percentilesNs: percentilesOf(histogram),
    };
    return { repetition, histogram };
  });
}
