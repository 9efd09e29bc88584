import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFileHead } from '../../src/store/data-file.ts';
import { DATA_FILE } from '../../src/store/store-directory.ts';

const COMMITS = 20;

describe("the head of the engine's file", () => {
  let directory = '';
  let engine: RootDatabase<Buffer, number>;
  let head: DataFileHead;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'directmq-head-'));
    engine = open<Buffer, number>({ path: directory, encoding: 'binary', overlappingSync: false });
    head = new DataFileHead(join(directory, DATA_FILE));
  });

  afterEach(async () => {
    head.close();
    await engine.close();
    rmSync(directory, { recursive: true });
  });

  function usedAsEngineSays(): number {
    const { lastPageNumber, pageSize } = engine.getStats() as {
      lastPageNumber: number;
      pageSize: number;
    };
    return (lastPageNumber + 1) * pageSize;
  }

  it('says how much of it is used, after each commit', () => {
    const found = [head.usedOctets()];
    expect(found[0]).toBe(usedAsEngineSays());
    for (let i = 0; i < COMMITS; i++) {
      engine.putSync(i, Buffer.alloc(10_000 * (i % 5)));
      found.push(head.usedOctets());
      expect(found.at(-1)).toBe(usedAsEngineSays());
    }
    expect(new Set(found).size).toBeGreaterThan(COMMITS / 2);
  });
});
