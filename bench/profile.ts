// CPU profiles of the broker under load, one for each thread: `npm run profile -- --help`.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { oneOf, runBench } from './lib/arguments.ts';
import { markdownTable } from './lib/markdown-table.ts';
import {
  type CpuProfile,
  garbageCollectionShare,
  selfTimes,
  threadOf,
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

/** Of Clinic.js. */
const TOOLS = ['doctor', 'flame', 'bubbleprof', 'heapprofiler'] as const;

const HELP = `Usage: npm run profile -- [options]

Profiles the broker under one kind of load. Each thread leaves a .cpuprofile, which DevTools and
speedscope open; printed are its utilisation, its garbage collection and what takes most time: shares
of its whole life, with start, sampled run and pauses. The profiler itself costs some speed.

  --mode NAME           ${MODES.join(', ')}; default direct
${RUN_OPTIONS_HELP}
${BROKER_OPTIONS_HELP}
  --folder FOLDER       default tmp/profile; what it holds is deleted
  --clinic TOOL         instead of the profiles the report of a tool of Clinic.js, in FOLDER: ${TOOLS.join(', ')};
                        \`npx clinic\` gets it if it is not installed. It sees the main thread only,
                        which is all there is with --shards 0
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
  clinic: { type: 'string' },
} as const;

await runBench(HELP, OPTIONS, async (values) => {
  const folder = resolve(values.folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tool = values.clinic === undefined ? null : oneOf('clinic', values.clinic, TOOLS);
  const launch =
    tool === null
      ? { nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${folder}`] }
      : { watcher: clinic(tool, folder) };
  const mode = oneOf('mode', values.mode, MODES);
  const subject = new DirectmqSubject(mode, brokerOptionsOf(values), launch);
  const { rows, refusals, failures } = await compareThroughput(
    [subject],
    workloadsOf(values),
    settingsOf(values),
    (line) => process.stderr.write(`${line}\n`),
  );
  if (rows.length === 0) throw new Error([...refusals, ...failures].join('\n'));
  process.stdout.write(`${throughputTable(rows)}\n`);
  const files = readdirSync(folder).sort();
  if (tool === null) for (const file of files) printProfile(join(folder, file));
  else process.stdout.write(`\n${files.map((file) => join(folder, file)).join('\n')}\n`);
});

/** Without NO_INSIGHT it asks whether it may report its use, and ends if nobody answers. */
function clinic(tool: (typeof TOOLS)[number], folder: string): string[] {
  const options = ['--open=false', `--dest=${folder}`];
  return ['env', 'NO_INSIGHT=1', 'npx', '--yes', 'clinic', tool, ...options, '--'];
}

function printProfile(file: string): void {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const rows = selfTimes(profile)
    .slice(0, TOP_FUNCTIONS)
    .map(({ name, place, share }) => [`${(share * 100).toFixed(1)} %`, name, place]);
  const columns = [{ heading: 'Self', figures: true }, { heading: 'Function' }, { heading: 'At' }];
  const busy = (utilisation(profile) * 100).toFixed(0);
  const collecting = (garbageCollectionShare(profile) * 100).toFixed(1);
  const shares = `utilisation ${busy} %, garbage collection ${collecting} %`;
  const heading = `${threadOf(profile)}, ${shares}, ${file}`;
  process.stdout.write(`\n${heading}\n\n${markdownTable(columns, rows)}\n`);
}
