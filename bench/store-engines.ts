// The engines that the store was chosen from, at its work: `npm run bench:engines -- --help`.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { open } from 'lmdb';
import { runBench, wholeNumber } from './lib/arguments.ts';
import { spreadFigure } from './lib/figures.ts';
import { markdownTable } from './lib/markdown-table.ts';
import { writeResults } from './lib/results.ts';
import { spreadOf } from './lib/statistics.ts';

const MESSAGE_OCTETS = 1100;
/** What a group commit brings at full speed. */
const MESSAGES_PER_COMMIT = 300;
/** Commits after which a message is acknowledged. */
const LIFE_COMMITS = 5;
const WARM_UP_COMMITS = 20;
const COMMITS = 150;
const MS_PER_SECOND = 1000;

const HELP = `Usage: npm run bench:engines -- [options]

Makes batches of ${MESSAGES_PER_COMMIT} messages of ${MESSAGE_OCTETS} octets durable, one after the other, and removes the batch of ${LIFE_COMMITS}
before, ${COMMITS} times in each run: LMDB and LevelDB, a batch or a message as one value, and octets at the end
of a file as the limit, alternately.

  --folder FOLDER       on the disk to measure; default ${tmpdir()}
  --repetitions N       default 5
  --results FILE        default tmp/engines.json
`;

const OPTIONS = {
  folder: { type: 'string', default: tmpdir() },
  repetitions: { type: 'string', default: '5' },
  results: { type: 'string', default: 'tmp/engines.json' },
} as const;

/** One way to make a batch durable, and to remove the one of LIFE_COMMITS before. */
interface Candidate {
  commit(number: number): void | Promise<void>;
  close(): void | Promise<void>;
}

const chunk = Buffer.alloc(MESSAGE_OCTETS * MESSAGES_PER_COMMIT, 'x');
const message = Buffer.alloc(MESSAGE_OCTETS, 'x');

function lmdb(path: string, perMessage: boolean): Candidate {
  const database = open<Buffer, number>({ path, encoding: 'binary', overlappingSync: false });
  const count = perMessage ? MESSAGES_PER_COMMIT : 1;
  const value = perMessage ? message : chunk;
  return {
    commit: (number) =>
      database.transactionSync(() => {
        for (let i = 0; i < count; i++) {
          database.putSync(number * count + i, value);
          if (number > LIFE_COMMITS) database.removeSync((number - LIFE_COMMITS) * count + i);
        }
      }),
    close: () => database.close(),
  };
}

async function level(path: string, perMessage: boolean): Promise<Candidate> {
  const database = new ClassicLevel<string, Buffer>(path, {
    valueEncoding: 'buffer',
    compression: false,
  });
  await database.open();
  const count = perMessage ? MESSAGES_PER_COMMIT : 1;
  const value = perMessage ? message : chunk;
  const key = (number: number, i: number): string => String(number * count + i).padStart(16, '0');
  return {
    commit: (number) => {
      const batch = database.batch();
      for (let i = 0; i < count; i++) {
        batch.put(key(number, i), value);
        if (number > LIFE_COMMITS) batch.del(key(number - LIFE_COMMITS, i));
      }
      return batch.write({ sync: true });
    },
    close: () => database.close(),
  };
}

/** The limit: octets at the end of a file. */
function file(path: string): Candidate {
  const descriptor = openSync(join(path, 'file'), 'w');
  return {
    commit: () => {
      writeSync(descriptor, chunk);
      fdatasyncSync(descriptor);
    },
    close: () => closeSync(descriptor),
  };
}

/** One run. */
interface Commits {
  readonly messagesPerSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly cpuMicrosecondsPerMessage: number;
}

async function measure(
  folder: string,
  create: (path: string) => Candidate | Promise<Candidate>,
): Promise<Commits> {
  const path = mkdtempSync(join(folder, 'bench-engines-'));
  try {
    const candidate = await create(path);
    for (let i = 1; i <= WARM_UP_COMMITS; i++) await candidate.commit(i);
    const timesMs: number[] = [];
    const before = process.cpuUsage();
    const startedMs = performance.now();
    for (let i = 1; i <= COMMITS; i++) {
      const fromMs = performance.now();
      await candidate.commit(WARM_UP_COMMITS + i);
      timesMs.push(performance.now() - fromMs);
    }
    const seconds = (performance.now() - startedMs) / MS_PER_SECOND;
    const { user, system } = process.cpuUsage(before);
    await candidate.close();
    timesMs.sort((a, b) => a - b);
    const messages = COMMITS * MESSAGES_PER_COMMIT;
    return {
      messagesPerSecond: messages / seconds,
      medianMs: spreadOf(timesMs).median,
      p99Ms: timesMs[Math.floor(0.99 * COMMITS)],
      cpuMicrosecondsPerMessage: (user + system) / messages,
    };
  } finally {
    rmSync(path, { recursive: true });
  }
}

const CANDIDATES: Readonly<Record<string, (path: string) => Candidate | Promise<Candidate>>> = {
  'lmdb, a batch is a value': (path) => lmdb(path, false),
  'lmdb, a message is a value': (path) => lmdb(path, true),
  'classic-level, a batch is a value': (path) => level(path, false),
  'classic-level, a message is a value': (path) => level(path, true),
  'appending to a file': file,
};

interface EngineRow {
  readonly engine: string;
  readonly repetitions: Commits[];
}

await runBench(HELP, OPTIONS, async (values, startedAt) => {
  const repetitions = wholeNumber('repetitions', values.repetitions, 1);
  const rows: EngineRow[] = Object.keys(CANDIDATES).map((engine) => ({ engine, repetitions: [] }));
  for (let i = 0; i < repetitions; i++) {
    for (const row of rows)
      row.repetitions.push(await measure(values.folder, CANDIDATES[row.engine]));
  }
  process.stdout.write(`${engineTable(rows)}\n`);
  writeResults(values.results, 'engines', startedAt, rows);
});

function engineTable(rows: readonly EngineRow[]): string {
  const columns = [
    'Engine',
    'Messages/s: median (min - max)',
    'Commit ms, median',
    '99 %',
    'CPU µs per message',
  ];
  return markdownTable(
    columns.map((heading, index) => ({ heading, figures: index > 0 })),
    rows.map(({ engine, repetitions }) => {
      const spread = (key: keyof Commits) => spreadOf(repetitions.map((each) => each[key]));
      return [
        engine,
        spreadFigure(spread('messagesPerSecond')),
        spread('medianMs').median.toFixed(2),
        spread('p99Ms').median.toFixed(2),
        spread('cpuMicrosecondsPerMessage').median.toFixed(2),
      ];
    }),
  );
}
