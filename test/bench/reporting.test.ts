import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeMachine } from '../../bench/lib/machine.ts';
import { markdownTable } from '../../bench/lib/markdown-table.ts';
import { RESULTS_SCHEMA, type ResultsFile } from '../../bench/lib/results.ts';
import { spreadOf } from '../../bench/lib/statistics.ts';
import { LATENCY_COUNTS_LENGTH, latencyIndex } from '../../bench/pump/latency-counts.ts';
import {
  garbageCollectionShare,
  selfTimes,
  threadOf,
  utilisation,
} from '../../bench/reporting/cpu-profile.ts';
import { failureText, latencyGates, throughputGates } from '../../bench/reporting/gates.ts';
import { parseHgrm } from '../../bench/reporting/hgrm.ts';
import { listReport, newestReport } from '../../bench/reporting/index-file.ts';
import { joinThroughput } from '../../bench/reporting/join-rows.ts';
import { mergeResults } from '../../bench/reporting/merge-results.ts';
import type { ThroughputRow } from '../../bench/runs/compare.ts';
import type { LatencyRow } from '../../bench/runs/compare-latency.ts';
import { hgrmOf, histogramOf } from '../../bench/runs/latency-result.ts';

describe('a spread', () => {
  it('is the middle, the least and the greatest', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
    expect(spreadOf([4, 1, 3, 10])).toEqual({ median: 3.5, min: 1, max: 10 });
  });
});

describe('a Markdown table', () => {
  it('is aligned, figures to the right', () => {
    const table = markdownTable(
      [{ heading: 'Name' }, { heading: 'N', figures: true }],
      [['a', '1']],
    );
    expect(table).toBe('| Name |   N |\n| ---- | --: |\n| a    |   1 |');
  });
});

describe('an .hgrm file', () => {
  it('is read back as it was written, in microseconds', () => {
    const counts = new Int32Array(LATENCY_COUNTS_LENGTH);
    for (let us = 1; us <= 100; us++) counts[latencyIndex(us * 10)]++;
    const points = parseHgrm(hgrmOf(histogramOf([counts])));
    const median = points.find(({ oneIn }) => oneIn === 2);
    expect(median?.latencyUs).toBeCloseTo(50, 0);
  });
});

describe('a CPU profile', () => {
  const node = (id: number, functionName: string, lineNumber: number) => ({
    id,
    callFrame: { functionName, url: 'file:///a/b/c.js', lineNumber },
  });

  it('adds up the samples of a function, wherever it was called, and leaves out idle time', () => {
    const profile = {
      nodes: [node(1, 'walk', 9), node(2, 'walk', 9), node(3, '(idle)', 0), node(4, 'read', 1)],
      samples: [1, 2, 3, 4],
      timeDeltas: [30, 30, 20, 20],
    };
    expect(utilisation(profile)).toBe(0.8);
    expect(selfTimes(profile)).toEqual([
      { name: 'walk', place: 'b/c.js:10', share: 0.75 },
      { name: 'read', place: 'b/c.js:2', share: 0.25 },
    ]);
  });
});

describe('a CPU profile of a worker', () => {
  const url = (file: string) => `file:///broker/dist/${file}`;
  const frame = (functionName: string, file: string) => ({
    callFrame: { functionName, url: url(file), lineNumber: 0 },
  });
  const profile = {
    nodes: [
      { id: 1, ...frame('', 'shards/writer-worker.js') },
      { id: 2, ...frame('wait', 'ring/shared-words.js') },
      { id: 3, ...frame('wait', 'other.js') },
    ],
    samples: [1, 2, 3],
    timeDeltas: [10, 60, 30],
  };

  it('names its thread', () => {
    expect(threadOf(profile)).toBe('writer');
    expect(threadOf({ ...profile, nodes: [] })).toBe('main');
  });

  it('does not take waiting for a ring for work', () => {
    expect(utilisation(profile)).toBeCloseTo(0.4);
    expect(selfTimes(profile).map(({ share }) => share)).toEqual([0.75, 0.25]);
  });
});

describe('a CPU profile of a thread that collects garbage', () => {
  it('says how much of its time that took', () => {
    const frame = (functionName: string) => ({ functionName, url: '', lineNumber: -1 });
    const profile = {
      nodes: [
        { id: 1, callFrame: frame('(garbage collector)') },
        { id: 2, callFrame: frame('(idle)') },
      ],
      samples: [1, 2],
      timeDeltas: [25, 75],
    };
    expect(garbageCollectionShare(profile)).toBe(0.25);
  });
});

describe('results that were measured in slices', () => {
  const file = (
    command: string,
    rows: readonly ThroughputRow[],
    commit = 'abc',
  ): ResultsFile<ThroughputRow> => ({
    schema: RESULTS_SCHEMA,
    bench: 'throughput',
    command,
    startedAt: '2026-01-01T00:00:00.000Z',
    machine: { ...describeMachine(), commit },
    notes: ['a note'],
    rows,
  });
  const row = (subject: string, rates: readonly number[]): ThroughputRow => ({
    subject,
    workload: 'w',
    topology: 't',
    bodyOctets: 16,
    sampled: { publishedMessages: 0, deliveredMessages: 0, droppedMessages: 0 },
    repetitions: rates.map((deliveredPerSecond) => ({
      publishedMessages: 0,
      deliveredMessages: 0,
      droppedMessages: 0,
      deliveredPerSecond,
      deliveredOctetsPerSecond: 0,
      subjectSecondsPerMillion: 0,
      publisherSecondsPerMillion: 0,
      consumerSecondsPerMillion: 0,
      rssOctets: 0,
      peakRssOctets: 0,
    })),
  });

  it('are one: repetitions of the same work count together', () => {
    const slices = [file('one', [row('a', [1, 2])]), file('two', [row('b', [3]), row('a', [4])])];
    const merged = mergeResults(slices, joinThroughput);
    expect(merged?.command).toBe('one\ntwo');
    expect(merged?.notes).toEqual(['a note']);
    expect(merged?.rows).toEqual([row('a', [1, 2, 4]), row('b', [3])]);
  });

  it('are refused if they are of different commits', () => {
    const slices = [file('one', []), file('two', [], 'def')];
    expect(() => mergeResults(slices, joinThroughput)).toThrow('different machines or commits');
  });
});

describe('the index of reports', () => {
  it('has a new report at the top, once, whatever its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'index-'));
    const file = join(folder, 'README.md');
    listReport(file, '2026-01-02-f00', 'old');
    listReport(file, '2026-01-02-a00', 'new');
    listReport(file, '2026-01-02-a00', 'again');
    const index = readFileSync(file, 'utf8');
    rmSync(folder, { recursive: true });
    expect(newestReport(index)).toBe('2026-01-02-a00');
    expect(index.match(/report\.md/g)).toHaveLength(2);
  });

  it('may list none', () => {
    expect(newestReport('# Performance reports\n')).toBeNull();
  });
});

describe('the gates', () => {
  const throughput = (
    deliveredPerSecond: number,
    subjectSecondsPerMillion: number,
    subject = 'directmq direct',
  ) =>
    [
      {
        subject,
        workload: '1P-1C, 16',
        repetitions: [{ deliveredPerSecond, subjectSecondsPerMillion }],
      },
    ] as unknown as ThroughputRow[];
  const latency = (p50: number, sustained = true) =>
    [
      {
        subject: 'directmq direct',
        workload: '1P-1C, 100',
        messagesPerSecond: 1000,
        sustained,
        repetitions: [{ percentilesNs: { 50: p50, 99: 100 } }],
      },
    ] as unknown as LatencyRow[];

  it('fail a rate below 0.85 and a CPU time above 1.2 of the former', () => {
    const passed = throughputGates(throughput(100, 1), throughput(86, 1.19));
    expect(passed.map((gate) => gate.passed)).toEqual([true, true]);
    const failed = throughputGates(throughput(100, 1), throughput(84, 1.21));
    expect(failed.map((gate) => gate.passed)).toEqual([false, false]);
  });

  it('fail a latency above 1.25 of the former', () => {
    const gates = latencyGates(latency(100), latency(126));
    expect(gates.map((gate) => gate.passed)).toEqual([false, true]);
  });

  it('name the figure, the ratio and the bound of what failed', () => {
    const gates = throughputGates(throughput(100, 1), throughput(84, 1.1));
    expect(failureText(gates)).toBe(
      '1 of 2 figures are worse:\n  directmq direct, 1P-1C, 16: delivered/s: ratio 0.84, must be >= 0.85',
    );
  });

  it('fail nothing because of other subjects: they are yardsticks', () => {
    const relay = 'bare relay (C)';
    const gates = throughputGates(throughput(100, 1, relay), throughput(10, 9, relay));
    expect(gates.map(({ bound, passed }) => [bound, passed])).toEqual([
      [null, true],
      [null, true],
    ]);
  });

  it('say nothing about work that is not in both, or was not sustained', () => {
    expect(throughputGates([], throughput(1, 1))).toEqual([]);
    expect(latencyGates(latency(100, false), latency(500))).toEqual([]);
  });
});
