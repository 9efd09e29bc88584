// Kills brokers and looks at what is left: `npm run crash -- --help`.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ArgumentError, positiveNumber, runBench, wholeNumber } from '../bench/lib/arguments.ts';
import { describeMachine } from '../bench/lib/machine.ts';
import type { Finding } from './model/finding.ts';
import { BrokerProcess } from './shell/broker-process.ts';
import { Harness } from './shell/harness.ts';
import { PowerCut } from './shell/power-cut.ts';

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
  seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  'data-dir': { type: 'string' },
  'power-cut': { type: 'boolean', default: false },
  report: { type: 'string' },
  main: { type: 'string', default: 'dist/main.js' },
  option: { type: 'string', multiple: true, default: [] as string[] },
} as const;

await runBench(HELP, OPTIONS, async (values) => {
  const kills = wholeNumber('kills', values.kills, 1);
  const seed = wholeNumber('seed', values.seed, 0);
  const endMs = Date.now() + positiveNumber('seconds', values.seconds) * 1000;
  const ownDirectory = mkdtempSync(join(tmpdir(), 'directmq-crash-'));
  const dataDirectory = values['data-dir'] ?? join(ownDirectory, 'data');
  const { cpuModel, cores, node, commit } = describeMachine();
  say(`seed ${seed}, ${kills} kills, commit ${commit}, ${cores} × ${cpuModel}, Node ${node}`);
  const { main, option: options } = values;
  const powerCut = values['power-cut'] ? new PowerCut(ownDirectory, dataFile(dataDirectory)) : null;
  const environment = powerCut?.environment ?? {};
  const command = { main, dataDirectory, options, environment };
  const harness = new Harness(command, seed, powerCut);
  const startMs = Date.now();
  const { ledger, tally } = harness;
  const goesOn = (done: number) =>
    done < kills && Date.now() < endMs && ledger.findings.length === 0;
  try {
    if (values.calm) {
      const broker = new BrokerProcess(command);
      const port = await broker.ready();
      for (let rounds = 0; goesOn(rounds); rounds++) await harness.calmRound(broker, port);
      await broker.kill();
    } else {
      while (goesOn(tally.kills)) await harness.round();
      if (ledger.findings.length === 0) await harness.finish();
    }
  } catch (error) {
    // A broker that doesn't start again has broken a promise, too.
    ledger.find('broker', error instanceof Error ? error.message : String(error));
  }
  const seconds = ((Date.now() - startMs) / 1000).toFixed(0);
  say(
    `seed ${seed}: ${tally.kills} kills (${tally.killsWhileStarting} while starting, ` +
      `${tally.killsWhileInspecting} while inspected), ${tally.stops} stops, ` +
      `${tally.messages} messages, ${tally.steps} steps, ` +
      `${powerCut === null ? '' : `${tally.sectors} sectors undone, `}${seconds} s`,
  );
  if (values.report !== undefined) writeReport(values.report, ledger.findings.length === 0);
  if (ledger.findings.length > 0) {
    tell(ledger.findings);
    throw new ArgumentError(
      `${ledger.findings.length} promises broken at kill ${tally.kills} of seed ${seed}; ` +
        `the data directory is ${dataDirectory}`,
    );
  }
  rmSync(ownDirectory, { recursive: true, force: true });
  say('everything is as it was promised');
});

/** The file that the engine writes, by the name under which it opens it. */
function dataFile(directory: string): string {
  return join(realpathSync(dirname(directory)), basename(directory), 'data.mdb');
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

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
