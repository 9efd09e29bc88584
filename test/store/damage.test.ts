import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { checkDirectory, type DirectoryReport } from '../../src/store/check-directory.ts';
import { runCommand } from '../cli/command.ts';
import { seededRandom } from '../support/seeded-random.ts';

const QUEUES = 60;
const MESSAGES = 3000;
const PAGE_OCTETS = 4096;
/** Where a page of LMDB's file says what it is; branches and leaves of trees are 1 and 2. */
const FLAGS_AT = 18;
const TREE_FLAGS: readonly number[] = [1, 2];
/** Octets of a page's head and the list behind it: a change there does most. */
const HEAD_OCTETS = 64;
const FLIPS = 250;

let folder = '';
let whole = '';
let octets: Buffer;
let report: DirectoryReport;

/** A data directory with some of everything, in trees of several pages. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'directmq-damage-'));
  whole = join(folder, 'whole');
  const broker = await Broker.start({ port: 0, dataDir: whole });
  const connection = await connect(broker.url);
  const channel = await connection.createConfirmChannel();
  for (let q = 0; q < QUEUES; q++) {
    await channel.assertQueue(`queue ${q}`, { durable: true });
    await channel.bindQueue(`queue ${q}`, 'amq.topic', `key.${q}`);
  }
  for (let i = 0; i < MESSAGES; i++) {
    const body = Buffer.alloc(i % 300, `body ${i}`);
    channel.sendToQueue(`queue ${i % QUEUES}`, body, { persistent: true });
    if (i % 50 === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  for (let q = 0; q < QUEUES; q += 2) {
    for (let i = 0; i < 10; i++) {
      const message = await channel.get(`queue ${q}`);
      if (message !== false && i % 2 === 0) channel.ack(message);
    }
  }
  await connection.close();
  await broker.stop();
  octets = readFileSync(join(whole, 'data.mdb'));
  report = await checkDirectory(whole);
  expect(report).toMatchObject({ definitions: 2 * QUEUES, faults: [] });
});

afterAll(() => rmSync(folder, { recursive: true }));

let copy = '';
beforeEach(() => {
  copy = join(folder, 'copy');
  cpSync(whole, copy, { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

function damage(change: (octets: Buffer) => Buffer): void {
  writeFileSync(join(copy, 'data.mdb'), change(Buffer.from(octets)));
}

/** Numbers of the pages that look like those of trees. */
function treePages(): number[] {
  const pages = Array.from({ length: octets.length / PAGE_OCTETS }, (_, page) => page);
  return pages.filter((page) => {
    const at = page * PAGE_OCTETS;
    const isItself = octets.readBigUInt64LE(at) === BigInt(page);
    return isItself && TREE_FLAGS.includes(octets.readUInt16LE(at + FLAGS_AT));
  });
}

async function checkSays(): Promise<string> {
  try {
    const found = await checkDirectory(copy);
    if (found.faults.length > 0) return found.faults.join();
    const { definitions, chunks, messages } = report;
    return found.definitions === definitions &&
      found.chunks === chunks &&
      found.messages === messages
      ? 'the same'
      : 'less';
  } catch (error) {
    return String(error);
  }
}

describe('a data directory in which one bit has changed', () => {
  it('has all that it had, or is said to be damaged', { timeout: 60_000 }, async () => {
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
    const random = seededRandom(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const pages = treePages();
    expect(pages.length).toBeGreaterThan(10);
    let found = 0;
    for (let i = 0; i < FLIPS; i++) {
      const page = pages[below(pages.length)];
      const at = page * PAGE_OCTETS + below(i % 2 === 0 ? HEAD_OCTETS : PAGE_OCTETS);
      damage((copied) => {
        copied[at] ^= 1 << below(8);
        return copied;
      });
      const said = await checkSays();
      expect(said, `seed ${seed}, octet ${at}`).not.toBe('less');
      if (said !== 'the same') found++;
    }
    expect(found).toBeGreaterThan(0);
  });
});

describe('a data directory', () => {
  it.each<readonly [string, (octets: Buffer) => Buffer, RegExp]>([
    ['whose file is empty', () => Buffer.alloc(0), /it is empty/],
    ['whose file is another one', () => Buffer.alloc(100_000, 'text '), /it is no database/],
    ['whose file has lost its first page', (o) => o.fill(0, 0, PAGE_OCTETS), /it is no database/],
    [
      'whose file has lost half of what is in it',
      (o) => o.subarray(0, (Math.max(...treePages()) * PAGE_OCTETS) / 2),
      /it is cut short/,
    ],
    [
      'whose file has lost the pages of a tree',
      (o) => {
        for (const page of treePages()) o.fill(0, page * PAGE_OCTETS, (page + 1) * PAGE_OCTETS);
        return o;
      },
      /page \d+ is another one/,
    ],
    [
      'in which the second halves of pages were not written',
      (o) => {
        for (const page of treePages()) {
          o.fill(0, page * PAGE_OCTETS + PAGE_OCTETS / 2, (page + 1) * PAGE_OCTETS);
        }
        return o;
      },
      /page \d+: /,
    ],
    [
      'with a page in the place of another',
      (o) => {
        const [first, ...others] = treePages();
        for (const page of others) {
          o.copy(o, page * PAGE_OCTETS, first * PAGE_OCTETS, (first + 1) * PAGE_OCTETS);
        }
        return o;
      },
      /its head is damaged|page \d+ is another one/,
    ],
  ])('%s is refused by check and start, and not changed', async (_what, change, why) => {
    damage(change);
    const path = join(copy, 'data.mdb');
    const before = readFileSync(path);
    const check = await runCommand(['check', copy]);
    expect(check).toMatchObject({ code: 1 });
    expect(check.stderr).toMatch(why);
    const start = await runCommand(['--port', '0', '--data-dir', copy]);
    expect(start).toMatchObject({ code: 1 });
    expect(start.stderr).toMatch(
      /is damaged \(.*\); restore a backup, or choose another directory/,
    );
    expect(start.stderr).toMatch(why);
    expect(statSync(path).size).toBe(before.length);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
