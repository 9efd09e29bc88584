// What a message costs when there is more of everything: `npm run bench:scaling -- --help`.
import { oneOf, positiveNumber, runBench, wholeNumber } from './lib/arguments.ts';
import { writeResults } from './lib/results.ts';
import { STAMP_OCTETS } from './pump/stamp.ts';
import { measureSeries, VARIED } from './runs/scaling-plan.ts';
import type { ScalingSeries } from './runs/scaling-result.ts';
import { scalingTable } from './runs/scaling-table.ts';
import { MODES } from './subjects/directmq.ts';

const NAMES = Object.keys(VARIED);

const HELP = `Usage: npm run bench:scaling -- [options]

  --vary LIST           ${NAMES.join(', ')};
                        default all of them
  --mode LIST           ${MODES.join(', ')}; default ordinary,direct
  --body N              body size in octets, at least ${STAMP_OCTETS}; default 16
  --seconds N           of each run; default 2
  --warm-up N           default 1
  --repetitions N       default 3
  --results FILE        default tmp/scaling.json
`;

const OPTIONS = {
  vary: { type: 'string', default: NAMES.join(',') },
  mode: { type: 'string', default: 'ordinary,direct' },
  body: { type: 'string', default: '16' },
  seconds: { type: 'string', default: '2' },
  'warm-up': { type: 'string', default: '1' },
  repetitions: { type: 'string', default: '3' },
  results: { type: 'string', default: 'tmp/scaling.json' },
} as const;

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const settings = {
    seconds: positiveNumber('seconds', values.seconds),
    warmUpSeconds: positiveNumber('warm-up', values['warm-up']),
    repetitions: wholeNumber('repetitions', values.repetitions, 1),
  };
  const bodyOctets = wholeNumber('body', values.body, STAMP_OCTETS);
  const modes = values.mode.split(',').map((mode) => oneOf('mode', mode, MODES));
  const series: ScalingSeries[] = [];
  const failures: string[] = [];
  for (const name of values.vary.split(',')) {
    const varied = oneOf('vary', name, NAMES);
    for (const mode of varied === 'depth' ? modes.slice(0, 1) : modes) {
      const progress = (line: string): boolean => process.stderr.write(`${line}\n`);
      try {
        series.push(await measureSeries(varied, mode, bodyOctets, settings, progress));
      } catch (error) {
        failures.push(`${mode}, ${varied}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  process.stdout.write(`${series.map(scalingTable).join('\n\n')}\n`);
  writeResults(values.results, 'scaling', startedAt, series, failures);
  if (failures.length > 0) throw new Error(failures.join('\n'));
});
