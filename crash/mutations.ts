// Whether the crash harness finds faults: `npm run crash:mutations -- --help`.
import { ArgumentError, runBench, wholeNumber } from '../bench/lib/arguments.ts';
import { describeMachine } from '../bench/lib/machine.ts';
import { markdownTable } from '../bench/lib/markdown-table.ts';
import { MUTATIONS } from './mutations/catalogue.ts';
import type { Mutation } from './mutations/mutation.ts';
import { runCampaign } from './shell/campaign.ts';
import { randomSeed, say } from './shell/console.ts';
import { MutatedBuild } from './shell/mutated-build.ts';

const HELP = `Usage: npm run crash:mutations -- [options]

Puts one small fault after the other into a copy of the build, and lets the crash harness look for it.
Exits with 1 if one of them isn't found.

  --only NAMES   some, with commas: ${MUTATIONS.map(({ name }) => name).join(',\n                 ')}
  --times N      looks for each so often, with another seed; default 1
  --seed N       the first seed; default: another each time
  --main PATH    the built command; default dist/main.js
`;

const OPTIONS = {
  only: { type: 'string' },
  times: { type: 'string', default: '1' },
  seed: { type: 'string', default: String(randomSeed()) },
  main: { type: 'string', default: 'dist/main.js' },
} as const;

const MAX_SECONDS = 600;

/** One search for one fault. */
interface Search {
  readonly mutation: Mutation;
  readonly seed: number;
  readonly kills: number;
  readonly seconds: number;
  /** What was found first; null for nothing, or nothing that the fault explains. */
  readonly found: string | null;
}

await runBench(HELP, OPTIONS, async (values) => {
  const mutations = chosen(values.only);
  const times = wholeNumber('times', values.times, 1);
  const firstSeed = wholeNumber('seed', values.seed, 0);
  const { cpuModel, cores, node, commit } = describeMachine();
  say(`commit ${commit}, ${cores} × ${cpuModel}, Node ${node}\n`);
  const searches: Search[] = [];
  for (const mutation of mutations) {
    for (let i = 0; i < times; i++) {
      const search = await lookFor(mutation, values.main, firstSeed + i);
      searches.push(search);
      const { seed, kills, found } = search;
      say(`${mutation.name}, seed ${seed}: ${found ?? 'NOT FOUND'}, kill ${kills}`);
    }
  }
  say(`\n${tableOf(mutations, searches)}`);
  const missed = searches.filter(({ found }) => found === null).length;
  if (missed > 0) throw new ArgumentError(`${missed} of ${searches.length} searches found nothing`);
});

async function lookFor(mutation: Mutation, main: string, seed: number): Promise<Search> {
  const build = new MutatedBuild(main, mutation);
  try {
    const { findings, tally, seconds, remove } = await runCampaign({
      main: build.main,
      options: [],
      dataDirectory: undefined,
      seed,
      kills: mutation.kills,
      seconds: MAX_SECONDS,
      isCalm: false,
      cutsPower: mutation.needs === 'power cut',
      fillsDisk: mutation.needs === 'full disk',
    });
    remove();
    const finding = findings.find(({ kind }) => mutation.shows.includes(kind));
    const found = finding === undefined ? null : `${finding.kind}: ${finding.text}`;
    return { mutation, seed, kills: tally.kills, seconds, found };
  } finally {
    build.remove();
  }
}

function chosen(names: string | undefined): readonly Mutation[] {
  if (names === undefined) return MUTATIONS;
  return names.split(',').map((name) => {
    const mutation = MUTATIONS.find((each) => each.name === name);
    if (mutation === undefined) throw new ArgumentError(`there is no mutation '${name}'`);
    return mutation;
  });
}

function tableOf(mutations: readonly Mutation[], searches: readonly Search[]): string {
  const rows = mutations.map((mutation) => {
    const own = searches.filter((search) => search.mutation === mutation);
    const found = own.filter((search) => search.found !== null);
    const kills = found.map((search) => search.kills).sort((a, b) => a - b);
    const what = `${mutation.what}${mutation.needs === null ? '' : ` (with a ${mutation.needs})`}`;
    const times = `${found.length} of ${own.length}`;
    const range = kills.length === 0 ? '-' : `${kills[0]} - ${kills[kills.length - 1]}`;
    return [mutation.name, what, times, range];
  });
  return markdownTable(
    [
      { heading: 'fault' },
      { heading: 'what is broken' },
      { heading: 'found', figures: true },
      { heading: 'at kill', figures: true },
    ],
    rows,
  );
}
