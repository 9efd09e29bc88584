// CPU profiles of the broker under load, one for each thread: `npm run profile -- --help`.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { oneOf, runBench } from './lib/arguments.ts';
import { markdownTable } from './lib/markdown-table.ts';
import {
  type CpuProfile,
  garbageCollectionShare,
  selfTimes,
  utilisation,
} from './reporting/cpu-profile.ts';
import { compareThroughput } from './runs/compare.ts';
import {
  BROKER_OPTIONS,
  BROKER_OPTIONS_HELP,
  brokerOptionsOf,
  RUN_OPTIONS,
  RUN_OPTIONS_HELP,
  settingsOf,
  workloadsOf,
} from './runs/options.ts';
import { throughputTable } from './runs/throughput-table.ts';
import { DirectmqSubject, MODES } from './subjects/directmq.ts';

const HELP = `Usage: npm run profile -- [options]

Profiles the broker under one kind of load. Each thread leaves a .cpuprofile, which DevTools and
speedscope open; printed are its utilisation, its garbage collection and what takes most time. The
profiler itself costs some speed.

  --mode NAME           ${MODES.join(', ')}; default direct
${RUN_OPTIONS_HELP}
${BROKER_OPTIONS_HELP}
  --folder FOLDER       default tmp/profile; what it holds is deleted
`;

/** Functions that are printed of each thread. */
const TOP_FUNCTIONS = 15;

const OPTIONS = {
  mode: { type: 'string', default: 'direct' },
  ...RUN_OPTIONS,
  body: { type: 'string', default: '16' },
  repetitions: { type: 'string', default: '1' },
  ...BROKER_OPTIONS,
  folder: { type: 'string', default: 'tmp/profile' },
} as const;

await runBench(HELP, OPTIONS, async (values) => {
  const folder = resolve(values.folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const mode = oneOf('mode', values.mode, MODES);
  const subject = new DirectmqSubject(mode, brokerOptionsOf(values), nodeOptions);
  const { rows, refusals, failures } = await compareThroughput(
    [subject],
    workloadsOf(values),
    settingsOf(values),
    (line) => process.stderr.write(`${line}\n`),
  );
  if (rows.length === 0) throw new Error([...refusals, ...failures].join('\n'));
  process.stdout.write(`${throughputTable(rows)}\n`);
  for (const file of readdirSync(folder).sort()) printProfile(join(folder, file));
});

function printProfile(file: string): void {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const rows = selfTimes(profile)
    .slice(0, TOP_FUNCTIONS)
    .map(({ name, place, share }) => [`${(share * 100).toFixed(1)} %`, name, place]);
  const columns = [{ heading: 'Self', figures: true }, { heading: 'Function' }, { heading: 'At' }];
  const busy = (utilisation(profile) * 100).toFixed(0);
  const collecting = (garbageCollectionShare(profile) * 100).toFixed(1);
  const shares = `utilisation ${busy} %, garbage collection ${collecting} %`;
  process.stdout.write(`\n${file}, ${shares}\n\n${markdownTable(columns, rows)}\n`);
}
