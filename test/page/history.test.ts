import { describe, expect, it } from 'vitest';
import { CounterRates, History, READINGS_MAX } from '../../src/page/model/history.ts';
import { RowHistory } from '../../src/page/model/row-history.ts';
import { sparklinePath } from '../../src/page/model/sparkline.ts';

describe('the history of a row', () => {
  it('holds the last readings, oldest first', () => {
    const history = new History();
    for (let i = 0; i < READINGS_MAX + 5; i++) history.add(new Map([['a', i]]));
    expect(history.of('a')).toHaveLength(READINGS_MAX);
    expect(history.of('a')[0]).toBe(5);
    expect(history.of('a').at(-1)).toBe(READINGS_MAX + 4);
  });

  it('is forgotten when the row is no longer shown', () => {
    const history = new History();
    history.add(new Map([['a', 1]]));
    history.add(new Map([['b', 1]]));
    expect(history.of('a')).toEqual([]);
  });

  it('takes one reading of a poll, however often it is drawn', () => {
    const rows = new RowHistory<{ name: string; n: number }>(
      ({ name }) => name,
      ({ n }) => n,
      () => undefined,
    );
    rows.add([{ name: 'a', n: 3 }], 100);
    rows.add([{ name: 'a', n: 3 }], 100);
    rows.add([{ name: 'a', n: 4 }], 200);
    expect(rows.of({ name: 'a', n: 0 }, 'in')).toEqual([3, 4]);
    expect(rows.of({ name: 'a', n: 0 }, 'out')).toEqual([0, 0]);
  });
});

describe('rates of counters', () => {
  it('are what was added a second', () => {
    const rates = new CounterRates();
    rates.add(new Map([['a', 100]]), 1000);
    expect(rates.add(new Map([['a', 350]]), 3500).get('a')).toBe(100);
  });

  it('are 0 for what is new and for what started again', () => {
    const rates = new CounterRates();
    expect(rates.add(new Map([['a', 100]]), 1000).get('a')).toBe(0);
    expect(rates.add(new Map([['a', 10]]), 2000).get('a')).toBe(0);
  });
});

describe('a sparkline', () => {
  it('needs two readings', () => {
    expect(sparklinePath([5], 60, 64, 18)).toBe('');
  });

  it('ends at the right edge, with its largest reading at the top', () => {
    expect(sparklinePath([0, 10], 3, 100, 20)).toBe('M50 19L100 1');
  });

  it('of nothing lies at the bottom', () => {
    expect(sparklinePath([0, 0, 0], 3, 100, 20)).toBe('M0 19L50 19L100 19');
  });
});
