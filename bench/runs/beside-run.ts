import { delay, NS_PER_SECOND } from '../lib/clock.ts';
import { spreadFigure } from '../lib/figures.ts';
import { markdownTable } from '../lib/markdown-table.ts';
import { spreadOf } from '../lib/statistics.ts';
import type { DeliverySnapshot } from '../pump/orders.ts';
import type { RunningSubject } from '../subjects/subject.ts';
import { besides, topologyOf } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';
import { Rig, totalMessages } from './rig.ts';

/** Publishers go on for so long after the measured window, so that its end sees full load. */
const OVERRUN_MS = 300;
const MS_PER_SECOND = 1000;
/** Between two runs. */
const PAUSE_MS = 300;
const TOPOLOGY = '1P-1C';

export interface BesideSettings {
  /** Of both flows. */
  readonly bodyOctets: number;
  /** Of the second flow. */
  readonly confirmWindow: number;
  readonly prefetch: number;
  /** Rates of the second flow, in messages per second. */
  readonly rates: readonly number[];
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly repetitions: number;
}

/** What goes on beside the first flow; null for nothing. */
interface Second {
  readonly messagesPerSecond: number;
  readonly persistent: boolean;
}

/** A kind of company and what was delivered in it, per second, in each repetition. */
export interface BesideRow {
  readonly second: Second | null;
  readonly delivered: number[];
  readonly deliveredBeside: number[];
}

/**
 * Transient traffic at full speed alone, beside a second flow of some rate that is persistent, and
 * beside the same that is transient, alternately.
 * @param progress told each finished run
 * @throws Error if messages are lost
 */
export async function runBeside(
  subject: RunningSubject,
  settings: BesideSettings,
  progress: (line: string) => void,
): Promise<BesideRow[]> {
  const seconds = settings.rates.flatMap((messagesPerSecond) =>
    [false, true].map((persistent) => ({ messagesPerSecond, persistent })),
  );
  const rows = [null, ...seconds].map(
    (second): BesideRow => ({ second, delivered: [], deliveredBeside: [] }),
  );
  for (let repetition = 1; repetition <= settings.repetitions; repetition++) {
    for (const row of rows) {
      await delay(PAUSE_MS);
      const [delivered, beside] = await runOnce(subject, settings, row.second);
      row.delivered.push(delivered);
      row.deliveredBeside.push(beside);
      const [rate, rateBeside] = [delivered, beside].map((each) => Math.round(each));
      progress(`${nameOf(row.second)}, run ${repetition}: ${rate}/s, beside ${rateBeside}/s`);
    }
  }
  return rows;
}

/** @returns delivered messages per second of the first flow, and of the second */
async function runOnce(
  subject: RunningSubject,
  settings: BesideSettings,
  second: Second | null,
): Promise<readonly [number, number]> {
  const { bodyOctets, confirmWindow, prefetch, warmUpSeconds } = settings;
  const topology = topologyOf(TOPOLOGY);
  const transient: Workload = { topology, bodyOctets, confirmWindow: 0, prefetch: 0 };
  const durationMs = (warmUpSeconds + settings.seconds) * MS_PER_SECOND + OVERRUN_MS;
  return Rig.use(subject, transient, async (rig) => {
    if (second === null) return [(await measure([rig], settings, durationMs))[0], 0] as const;
    const workload: Workload = {
      topology: besides(topology),
      bodyOctets,
      confirmWindow,
      prefetch,
      persistent: second.persistent,
    };
    return Rig.use(subject, workload, async (beside) => {
      await beside.consume(false, 0);
      const { messagesPerSecond } = second;
      const manner = {
        name: 'confirmed',
        windowMessages: confirmWindow,
        messagesPerSecond,
      } as const;
      const publishing = beside.publish(manner, durationMs, false);
      const [delivered, rate] = await measure([rig, beside], settings, durationMs);
      await beside.settle(await publishing, false);
      return [delivered, rate] as const;
    });
  });
}

/** Floods the first of the rigs; @returns what is delivered per second on each in the window. */
async function measure(
  rigs: readonly Rig[],
  { warmUpSeconds, seconds }: BesideSettings,
  durationMs: number,
): Promise<number[]> {
  const [rig] = rigs;
  const snapshots = () => Promise.all(rigs.map((each) => each.snapshots()));
  await rig.consume(false, 0);
  const publishing = rig.publish({ name: 'flood' }, durationMs, false);
  await delay(warmUpSeconds * MS_PER_SECOND);
  const before = await snapshots();
  await delay(seconds * MS_PER_SECOND);
  const after = await snapshots();
  await rig.settle(await publishing, false);
  return rigs.map((_, index) => rateOf(before[index], after[index]));
}

function rateOf(before: readonly DeliverySnapshot[], after: readonly DeliverySnapshot[]): number {
  const elapsedNs = after[0].atNs - before[0].atNs;
  return ((totalMessages(after) - totalMessages(before)) / elapsedNs) * NS_PER_SECOND;
}

/** What became of the first flow in which company, as a Markdown table. */
export function besideTable(rows: readonly BesideRow[]): string {
  const medianOf = ({ delivered }: BesideRow): number => spreadOf(delivered).median;
  const [alone] = rows;
  const lines = rows.map((row) => {
    const { second } = row;
    const twin = rows.find(
      (each) =>
        second?.persistent === true &&
        each.second?.persistent === false &&
        each.second.messagesPerSecond === second.messagesPerSecond,
    );
    return [
      nameOf(second),
      spreadFigure(spreadOf(row.delivered)),
      second === null ? '-' : spreadFigure(spreadOf(row.deliveredBeside)),
      (medianOf(row) / medianOf(alone)).toFixed(2),
      twin === undefined ? '-' : (medianOf(row) / medianOf(twin)).toFixed(2),
    ];
  });
  return markdownTable(
    [
      { heading: 'beside' },
      { heading: 'transient delivered/s: median (min - max)', figures: true },
      { heading: 'second flow/s', figures: true },
      { heading: 'of alone', figures: true },
      { heading: 'of beside transient', figures: true },
    ],
    lines,
  );
}

function nameOf(second: Second | null): string {
  if (second === null) return 'nothing';
  const { messagesPerSecond, persistent } = second;
  return `${messagesPerSecond}/s ${persistent ? 'persistent' : 'transient'}`;
}
