import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/amqp-control/paging/page-device.ts';
import { PageFile } from '../../src/amqp-control/paging/page-file.ts';

let directory: string;
let path: string;
let file: PageFile;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'directmq-page-file-'));
  path = join(directory, 'pages');
  file = new PageFile(path, (work) => work());
});

afterEach(async () => {
  await file.close();
  rmSync(directory, { recursive: true });
});

function write(pieces: readonly Buffer[], at: number): Promise<Outcome> {
  return new Promise((resolve) => file.write(pieces, at, resolve));
}

function read(targets: readonly Buffer[], at: number): Promise<Outcome> {
  return new Promise((resolve) => file.read(targets, at, resolve));
}

describe('a file for pages', () => {
  it('is not made before something is written', async () => {
    expect(existsSync(path)).toBe(false);
    expect(await write([Buffer.from('abc')], 0)).toBe(null);
    expect(readFileSync(path, 'utf8')).toBe('abc');
  });

  it('gives back what was written, in other pieces than it was, also empty ones', async () => {
    const pieces = Array.from({ length: 3000 }, (_, i) => Buffer.alloc(i % 7, i));
    expect(await write(pieces, 10)).toBe(null);
    const whole = Buffer.concat(pieces);
    const targets = [Buffer.alloc(5), Buffer.alloc(0), Buffer.alloc(whole.length - 5)];
    expect(await read(targets, 10)).toBe(null);
    expect(Buffer.concat(targets).equals(whole)).toBe(true);
  });

  it('does not give what it does not have', async () => {
    await write([Buffer.from('abc')], 0);
    expect((await read([Buffer.alloc(4)], 0))?.message).toBe('the file has ended');
  });

  it('is cut off', async () => {
    await write([Buffer.from('abcdef')], 0);
    expect(await new Promise((resolve) => file.truncate(2, resolve))).toBe(null);
    expect(readFileSync(path, 'utf8')).toBe('ab');
  });

  it('says why it cannot be made, and is made when it can', async () => {
    mkdirSync(path);
    expect((await write([Buffer.from('abc')], 0))?.message).toMatch('EISDIR');
    rmSync(path, { recursive: true });
    expect(await write([Buffer.from('abc')], 0)).toBe(null);
  });

  it('throws away what an earlier process has left', async () => {
    writeFileSync(path, 'old');
    await file.removeOld();
    expect(existsSync(path)).toBe(false);
  });

  it('is gone when it is closed, even if something was under way', async () => {
    let told = false;
    await write([Buffer.from('abc')], 0);
    file.write([Buffer.alloc(1000)], 0, () => {
      told = true;
    });
    await file.close();
    expect([existsSync(path), told]).toEqual([false, false]);
  });
});
