import { describe, expect, it } from 'vitest';
import type { RingInfo, ThreadInfo } from '../../src/page/api/direct-types.ts';
import { layoutThreads } from '../../src/page/model/thread-map.ts';

const thread = (name: string, kind: ThreadInfo['kind']): ThreadInfo => ({
  name,
  kind,
  utilisation: 0,
  cpu: null,
  running: true,
  restarts: 0,
  in_main: false,
});
const ring = (source: string, target: string): RingInfo => ({
  source,
  target,
  capacity_octets: 65536,
  fill: 0,
  blocked: false,
});

describe('the drawing of threads', () => {
  const threads = [
    thread('main', 'main'),
    thread('shard 0', 'shard'),
    thread('shard 1', 'shard'),
    thread('writer 0', 'writer'),
  ];
  const place = (name: string, all = threads) => {
    const found = layoutThreads(all, []).threads.find((placed) => placed.thread.name === name);
    if (found === undefined) throw new Error(`${name} is not drawn`);
    return found;
  };

  it('has shards on the left, writers on the right, and main below between them', () => {
    expect(place('shard 0').x).toBeLessThan(place('main').x);
    expect(place('main').x).toBeLessThan(place('writer 0').x);
    expect(place('main').y).toBeGreaterThan(place('shard 1').y);
  });

  it('holds every thread within its size', () => {
    const { width, height, threads: placed } = layoutThreads(threads, []);
    for (const { x, y, ...size } of placed) {
      expect(x + size.width).toBeLessThanOrEqual(width);
      expect(y + size.height).toBeLessThanOrEqual(height);
    }
  });

  it('has main alone when there are no other threads', () => {
    const shard = { ...thread('shard 0', 'shard'), in_main: true };
    expect(layoutThreads([thread('main', 'main'), shard], []).threads).toHaveLength(1);
  });

  it('lets rings of one thread lie beside each other', () => {
    const { rings } = layoutThreads(threads, [
      ring('shard 0', 'writer 0'),
      ring('shard 1', 'writer 0'),
      ring('main', 'writer 0'),
    ]);
    expect(new Set(rings.map(({ path }) => path.split('C')[0])).size).toBe(3);
  });

  it('leaves out rings of threads that it does not know', () => {
    expect(layoutThreads(threads, [ring('main', 'writer 7')]).rings).toEqual([]);
  });
});
