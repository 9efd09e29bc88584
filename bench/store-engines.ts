// The engines that the store was chosen from, at its work: `npm run bench:engines`.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { open } from 'lmdb';
import { markdownTable } from './lib/markdown-table.ts';

const MESSAGE_OCTETS = 1100;
/** What a group commit brings at full speed. */
const MESSAGES_PER_COMMIT = 300;
/** Commits after which a message is acknowledged. */
const LIFE_COMMITS = 5;
const WARM_UP_COMMITS = 20;
const COMMITS = 150;
const MICROSECONDS = 1e6;

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

function level(path: string, perMessage: boolean): Candidate {
  const database = new ClassicLevel<string, Buffer>(path, {
    valueEncoding: 'buffer',
    compression: false,
  });
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

async function measure(name: string, create: (path: string) => Candidate): Promise<string[]> {
  const path = mkdtempSync(join(tmpdir(), 'bench-engines-'));
  const candidate = create(path);
  for (let i = 1; i <= WARM_UP_COMMITS; i++) await candidate.commit(i);
  const milliseconds: number[] = [];
  const before = process.cpuUsage();
  const startedMs = performance.now();
  for (let i = 1; i <= COMMITS; i++) {
    const fromMs = performance.now();
    await candidate.commit(WARM_UP_COMMITS + i);
    milliseconds.push(performance.now() - fromMs);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  await candidate.close();
  rmSync(path, { recursive: true });
  milliseconds.sort((a, b) => a - b);
  const messages = COMMITS * MESSAGES_PER_COMMIT;
  const at = (share: number): string => milliseconds[Math.floor(share * COMMITS)].toFixed(2);
  const cpu = ((user + system) / MICROSECONDS / messages) * MICROSECONDS;
  return [name, String(Math.round(messages / seconds)), at(0.5), at(0.99), cpu.toFixed(2)];
}

const rows = [
  await measure('lmdb, a batch is a value', (path) => lmdb(path, false)),
  await measure('lmdb, a message is a value', (path) => lmdb(path, true)),
  await measure('classic-level, a batch is a value', (path) => level(path, false)),
  await measure('classic-level, a message is a value', (path) => level(path, true)),
  await measure('appending to a file', file),
];
const columns = ['Engine', 'Messages/s', 'Commit ms, median', '99 %', 'CPU µs per message'];
const table = markdownTable(
  columns.map((heading, index) => ({ heading, figures: index > 0 })),
  rows,
);
process.stdout.write(`${table}\n`);
