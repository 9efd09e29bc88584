import { delay } from '../lib/clock.ts';
import { threadSeconds } from '../lib/process-usage.ts';
import type { RunningSubject } from '../subjects/subject.ts';
import type { Workload } from '../workload/workload.ts';
import { Rig, totalMessages } from './rig.ts';

/** Publishers go on for so long after the measured window, so that its end sees full load. */
const OVERRUN_MS = 300;
const MS_PER_SECOND = 1000;
const NS_PER_SECOND = 1e9;

/** The threads of a broker with one shard and one writer; what is left are the engine's helpers. */
export const THREADS = ['main', 'shard', 'writer', 'others'] as const;
export type ThreadName = (typeof THREADS)[number];

/** Which thread has which number in the system. */
export type ThreadNumbers = Readonly<Record<'main' | 'shard' | 'writer', number>>;

export interface ThreadSettings {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What one message costs each thread, in nanoseconds of CPU time. */
export interface ThreadCosts extends Readonly<Record<ThreadName, number>> {
  readonly deliveredPerSecond: number;
}

/**
 * Finds the threads of a broker that has one shard and one writer: after main the two that work
 * most while direct messages pass; the shard is started first.
 */
export async function findThreads(
  subject: RunningSubject,
  workload: Workload,
  settings: ThreadSettings,
): Promise<ThreadNumbers> {
  const [main] = subject.processIds;
  const { used } = await runWindow(subject, workload, settings);
  const workers = [...used].filter(([thread]) => thread !== main);
  const [shard, writer] = workers
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([thread]) => thread)
    .sort((a, b) => a - b);
  return { main, shard, writer };
}

/** What a message of the workload costs each thread, from one window at full speed. */
export async function runThreads(
  subject: RunningSubject,
  workload: Workload,
  threads: ThreadNumbers,
  settings: ThreadSettings,
): Promise<ThreadCosts> {
  const { used, messages } = await runWindow(subject, workload, settings);
  const cost = (seconds: number): number => (seconds * NS_PER_SECOND) / messages;
  const of = (thread: number): number => used.get(thread) ?? 0;
  const { main, shard, writer } = threads;
  const all = [...used.values()].reduce((sum, seconds) => sum + seconds, 0);
  return {
    main: cost(of(main)),
    shard: cost(of(shard)),
    writer: cost(of(writer)),
    others: cost(all - of(main) - of(shard) - of(writer)),
    deliveredPerSecond: messages / settings.seconds,
  };
}

/** What each thread used, in seconds, while so many messages were delivered; throws Error if they don't add up. */
function runWindow(
  subject: RunningSubject,
  workload: Workload,
  { warmUpSeconds, seconds }: ThreadSettings,
): Promise<{ used: ReadonlyMap<number, number>; messages: number }> {
  const [processId] = subject.processIds;
  return Rig.use(subject, workload, async (rig) => {
    await rig.consume(false, 0);
    const durationMs = (warmUpSeconds + seconds) * MS_PER_SECOND + OVERRUN_MS;
    const publishing = rig.publish({ name: 'flood' }, durationMs, false);
    await delay(warmUpSeconds * MS_PER_SECOND);
    const messagesBefore = totalMessages(await rig.snapshots());
    const before = threadSeconds(processId);
    await delay(seconds * MS_PER_SECOND);
    const messages = totalMessages(await rig.snapshots()) - messagesBefore;
    const used = new Map<number, number>();
    for (const [thread, after] of threadSeconds(processId)) {
      used.set(thread, after - (before.get(thread) ?? 0));
    }
    await rig.settle(await publishing, false);
    return { used, messages };
  });
}
