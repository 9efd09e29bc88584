import { describe, expect, it } from 'vitest';
import {
  CounterPage,
  MAIN_COUNTERS,
  SHARD_COUNTERS,
  WRITER_COUNTERS,
} from '../../src/ring/counters.ts';

describe('the page of counters', () => {
  it('shows what each thread has counted under its names', () => {
    const page = CounterPage.create(['main', 'shard', 'writer']);
    page.block(0).add(MAIN_COUNTERS.contentsIn, 1);
    const shard = CounterPage.attach(page.buffer).block(1);
    shard.add(SHARD_COUNTERS.contentsIn, 2);
    shard.add(SHARD_COUNTERS.octetsIn, 2 ** 52);
    shard.add(SHARD_COUNTERS.octetsIn, 1);
    page.block(2).add(WRITER_COUNTERS.contentsDropped, 3);
    const [main, first, writer] = page.snapshots();
    expect(main).toMatchObject({ kind: 'main', counters: { contentsIn: 1, octetsIn: 0 } });
    expect(first).toMatchObject({
      kind: 'shard',
      counters: { contentsIn: 2, octetsIn: 2 ** 52 + 1, protocolErrors: 0 },
    });
    expect(writer).toMatchObject({ kind: 'writer', counters: { contentsDropped: 3 } });
    expect(page.snapshot(1)).toEqual(first);
  });

  it('counts the beats of each thread', () => {
    const page = CounterPage.create(['shard', 'shard']);
    page.block(1).beat();
    page.block(1).beat();
    expect(page.snapshots().map((snapshot) => snapshot.beats)).toEqual([0, 2]);
    expect(page.block(1).beats()).toBe(2);
  });

  it('lets a thread go on where the one before it stopped', () => {
    const page = CounterPage.create(['writer']);
    page.block(0).add(WRITER_COUNTERS.octetsOut, 5);
    CounterPage.attach(page.buffer).block(0).add(WRITER_COUNTERS.octetsOut, 6);
    expect(page.block(0).get(WRITER_COUNTERS.octetsOut)).toBe(11);
  });

  it('is recognised, and has only the blocks that it was made with', () => {
    const page = CounterPage.create(['main']);
    expect(() => page.block(1)).toThrow(RangeError);
    expect(() => page.snapshot(1)).toThrow(RangeError);
    expect(() => CounterPage.attach(new SharedArrayBuffer(1024))).toThrow(TypeError);
    expect(() => CounterPage.attach(new SharedArrayBuffer(2))).toThrow(TypeError);
  });
});
