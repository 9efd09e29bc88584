import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpaceAhead } from '../../src/store/space-ahead.ts';

const USED = Buffer.alloc(10_000, 'x');
const RESERVED = 100_000;

describe('space ahead of the engine', () => {
  let directory = '';
  let path = '';
  let space: SpaceAhead;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'directmq-space-'));
    path = join(directory, 'file');
    writeFileSync(path, USED);
    space = new SpaceAhead(path);
  });

  afterEach(() => {
    space.close();
    rmSync(directory, { recursive: true });
  });

  it('is taken behind what is used', () => {
    space.reserve(USED.length, RESERVED);
    const octets = readFileSync(path);
    expect(octets.length).toBeGreaterThanOrEqual(USED.length + RESERVED);
    expect(octets.subarray(0, USED.length)).toEqual(USED);
    expect(octets.subarray(USED.length).every((octet) => octet === 0)).toBe(true);
  });

  it('is taken once for what follows', () => {
    space.reserve(USED.length, RESERVED);
    const { size } = statSync(path);
    space.reserve(USED.length + RESERVED / 2, RESERVED / 2);
    expect(statSync(path).size).toBe(size);
  });

  it('is known', () => {
    space.reserve(USED.length, RESERVED);
    const { size } = statSync(path);
    expect(space.octetsBehind(USED.length)).toBe(size - USED.length);
    expect(space.octetsBehind(size + 1)).toBe(0);
  });

  it('lies behind what the engine has added itself', () => {
    space.reserve(USED.length, RESERVED);
    const before = statSync(path).size;
    const added = Buffer.alloc(5000, 'y');
    appendFileSync(path, added);
    space.reserve(before + added.length, RESERVED);
    expect(readFileSync(path).subarray(before, before + added.length)).toEqual(added);
    expect(statSync(path).size).toBeGreaterThanOrEqual(before + added.length + RESERVED);
  });
});
