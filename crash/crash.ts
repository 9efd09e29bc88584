// Kills brokers and looks at what is left: `npm run crash -- --help`.
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ArgumentError, positiveNumber, runBench, wholeNumber } from '../bench/lib/arguments.ts';
import { describeMachine } from '../bench/lib/machine.ts';
import type { Finding } from './model/finding.ts';
import { runCampaign } from './shell/campaign.ts';
import { randomSeed, say } from './shell/console.ts';
import type { Tally } from './shell/harness.ts';

const HELP = `Usage: npm run crash -- [options]

Loads a broker, ends it with kill -9 at a random moment, starts it again and compares what is left
with what it had promised; again and again. Exits with 1 as soon as a promise was broken.

  --kills N         kills; default 20
  --calm            nothing is killed and everything must be exact: shows that the harness is right
  --seconds S       begin no further round after so long; default 600
  --seed N          repeats the decisions of a run (not its timing); default: another each time
  --data-dir DIR    data directory; default: a new one, which is removed unless something is wrong.
                    "none" keeps everything in memory: the run must then report losses
  --power-cut       after each kill, some of what was not synced is undone, sector by sector; needs a
                    C compiler, and a directory of its own
  --full-disk       the disk is full at times, and gets space again; needs a C compiler. Both go together
  --report FILE     writes whether it passed, in the form of vitest's JSON report
  --main PATH       the built command; default dist/main.js
  --option OPTION   an option of the broker, such as --option=--shards=0; may be repeated
`;

/** Findings that are told with their story; the others are counted. */
const FINDINGS_TOLD = 3;

const OPTIONS = {
  kills: { type: 'string', default: '20' },
  calm: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '600' },
  seed: { type: 'string', default: String(randomSeed()) },
  'data-dir': { type: 'string' },
  'power-cut': { type: 'boolean', default: false },
  'full-disk': { type: 'boolean', default: false },
  report: { type: 'string' },
  main: { type: 'string', default: 'dist/main.js' },
  option: { type: 'string', multiple: true, default: [] as string[] },
} as const;

await runBench(HELP, OPTIONS, async (values) => {
  const { main, option: options } = values;
  const kills = wholeNumber('kills', values.kills, 1);
  const seed = wholeNumber('seed', values.seed, 0);
  const seconds = positiveNumber('seconds', values.seconds);
  const { cpuModel, cores, node, commit } = describeMachine(dirname(main));
  say(`seed ${seed}, ${kills} kills, commit ${commit}, ${cores} × ${cpuModel}, Node ${node}`);
  const result = await runCampaign({
    main,
    options,
    dataDirectory: values['data-dir'],
    seed,
    kills,
    seconds,
    isCalm: values.calm,
    cutsPower: values['power-cut'],
    fillsDisk: values['full-disk'],
  });
  const { findings, tally } = result;
  say(
    `seed ${seed}: ${tally.kills} kills (${tally.killsWhileStarting} while starting, ` +
      `${tally.killsWhileInspecting} while inspected, ${tally.killsAtPromise} at an answer), ` +
      `${tally.stops} stops, ${tally.pagingStarts} starts with little memory, ` +
      `${tally.messages} messages, ${tally.steps} steps, ` +
      `${values['power-cut'] ? `${tally.sectors} sectors undone, ` : ''}` +
      `${values['full-disk'] ? fullDiskText(tally) : ''}` +
      `${result.seconds.toFixed(0)} s`,
  );
  if (values.report !== undefined) writeReport(values.report, findings.length === 0);
  if (findings.length > 0) {
    tell(findings);
    throw new ArgumentError(
      `${findings.length} promises broken at kill ${tally.kills} of seed ${seed}; ` +
        `the data directory is ${result.dataDirectory}`,
    );
  }
  result.remove();
  say('everything is as it was promised');
});

function fullDiskText(tally: Tally): string {
  const { fullPhases, blockedPhases, recoveries, endsWhileFull, refusedWrites } = tally;
  return (
    `${fullPhases} times a full disk (${blockedPhases} with publishers blocked, ` +
    `${recoveries} until all were served again, ${endsWhileFull} with an end, ` +
    `${refusedWrites} writes refused), `
  );
}

function tell(findings: readonly Finding[]): void {
  for (const { kind, text, story } of findings.slice(0, FINDINGS_TOLD)) {
    say(`\n${kind}: ${text}`);
    for (const line of story) say(`    ${line}`);
  }
  const counts = new Map<string, number>();
  for (const { kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  say(`\n${[...counts].map(([kind, count]) => `${count} × ${kind}`).join(', ')}`);
}

function writeReport(path: string, passed: boolean): void {
  const counts = { numPassedTests: passed ? 1 : 0, numFailedTests: passed ? 0 : 1 };
  writeFileSync(path, JSON.stringify({ ...counts, testResults: [] }));
}
