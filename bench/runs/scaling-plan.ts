import { spreadOf } from '../lib/statistics.ts';
import { BallastedSubject } from '../subjects/ballast.ts';
import { DirectmqSubject, type Mode } from '../subjects/directmq.ts';
import type { Subject } from '../subjects/subject.ts';
import { topologyOf } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';
import { type CompareSettings, compareThroughput } from './compare.ts';
import { type Drain, runDepth } from './depth-run.ts';
import type { ScalingPoint, ScalingSeries } from './scaling-result.ts';

/** What can be varied, with the values that are tried. */
export const VARIED: Readonly<Record<string, readonly number[]>> = {
  // Up to 1,000 keys in turn: as many as bindings.
  bindings: [1, 10, 100, 1000, 10_000, 100_000],
  // Of 10,000 bindings, in turn.
  keys: [1, 10, 100, 1000, 10_000],
  queues: [0, 100, 1000, 10_000, 100_000],
  connections: [0, 100, 1000, 5000],
  consumers: [1, 2, 4, 8, 16, 32],
  publishers: [1, 2, 4, 8, 16],
  // Fewer are drained before a consumer has started.
  depth: [1_000_000, 3_000_000, 10_000_000],
  shards: [0, 1, 2, 4],
  // Shards can't do without: 0 writers is 0 shards.
  writers: [1, 2, 4],
};

/** The work of each series, N being what is varied. */
const WORK: Readonly<Record<string, string>> = {
  bindings: 'topic-N',
  keys: 'topic-10000-Nkeys',
  queues: '1P-1C beside N queues',
  connections: '1P-1C beside N connections',
  consumers: '1P-NC',
  publishers: 'NP-1C',
  depth: 'N filled, then drained',
  shards: '4P-4C',
  writers: '4P-4C',
};

/** What one x needs: the subject to start and the work for it. */
interface Trial {
  readonly subject: Subject;
  readonly workload: Workload;
}

/**
 * Measures one series.
 * @throws Error if a run fails
 */
export async function measureSeries(
  varied: string,
  mode: Mode,
  bodyOctets: number,
  settings: CompareSettings,
  progress: (line: string) => void,
): Promise<ScalingSeries> {
  const points: ScalingPoint[] = [];
  for (const x of VARIED[varied]) {
    const point =
      varied === 'depth'
        ? await measureDepth(x, bodyOctets, settings.repetitions)
        : await measureTrial(x, trialOf(varied, x, mode, bodyOctets), settings);
    points.push(point);
    const rate = Math.round(point.messagesPerSecond.median).toLocaleString('en');
    progress(
      `${mode}, ${varied} ${x}: ${rate}/s, ${point.secondsPerMillion.median.toFixed(3)} s/M`,
    );
  }
  const workload = `${WORK[varied]}, ${bodyOctets}`;
  return { subject: new DirectmqSubject(mode).name, varied, workload, points };
}

function trialOf(varied: string, x: number, mode: Mode, bodyOctets: number): Trial {
  const plain = new DirectmqSubject(mode);
  const work = (topology: string): Workload => ({
    topology: topologyOf(topology),
    bodyOctets,
    confirmWindow: 0,
    prefetch: 0,
  });
  switch (varied) {
    case 'bindings':
      return { subject: plain, workload: work(`topic-${x}`) };
    case 'keys':
      return { subject: plain, workload: work(`topic-10000-${x}keys`) };
    case 'queues':
      return {
        subject: new BallastedSubject(plain, { queues: x, connections: 0 }),
        workload: work('1P-1C'),
      };
    case 'connections':
      return {
        subject: new BallastedSubject(plain, { queues: 0, connections: x }),
        workload: work('1P-1C'),
      };
    case 'consumers':
      return { subject: plain, workload: work(`1P-${x}C`) };
    case 'publishers':
      return { subject: plain, workload: work(`${x}P-1C`) };
    default:
      return {
        subject: new DirectmqSubject(mode, [`--${varied}`, String(x)]),
        workload: work('4P-4C'),
      };
  }
}

async function measureTrial(
  x: number,
  { subject, workload }: Trial,
  settings: CompareSettings,
): Promise<ScalingPoint> {
  const { rows, refusals, failures } = await compareThroughput(
    [subject],
    [workload],
    settings,
    () => {},
  );
  if (rows.length === 0) throw new Error([...refusals, ...failures].join('\n'));
  const { repetitions } = rows[0];
  return {
    x,
    messagesPerSecond: spreadOf(repetitions.map((each) => each.deliveredPerSecond)),
    secondsPerMillion: spreadOf(repetitions.map((each) => each.subjectSecondsPerMillion)),
    rssOctets: spreadOf(repetitions.map((each) => each.rssOctets)).median,
  };
}

/** Only ordinary queues have a depth: a feed bypasses its queue. */
async function measureDepth(
  depth: number,
  bodyOctets: number,
  repetitions: number,
): Promise<ScalingPoint> {
  const broker = await new DirectmqSubject('ordinary', ['--memory-high-water', '0']).start();
  try {
    // The first queue is filled and drained by code that is not compiled yet.
    await runDepth(broker, VARIED.depth[0], bodyOctets);
    const drains: Drain[] = [];
    while (drains.length < repetitions) drains.push(await runDepth(broker, depth, bodyOctets));
    return {
      x: depth,
      messagesPerSecond: spreadOf(drains.map((each) => each.messagesPerSecond)),
      secondsPerMillion: spreadOf(drains.map((each) => each.secondsPerMillion)),
      rssOctets: spreadOf(drains.map((each) => each.rssOctets)).median,
    };
  } finally {
    await broker.stop();
  }
}
