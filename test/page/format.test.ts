import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatMicros,
  formatOctets,
  formatRate,
  formatShare,
  formatShort,
  plural,
} from '../../src/page/model/format.ts';

/** Thin spaces are hard to see in a test. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('a figure', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1 000'],
    [12345678, '12 345 678'],
  ])('is grouped by thousands: %d', (value, text) => {
    expect(plain(formatCount(value))).toBe(text);
  });

  it.each([
    [0.42, '0.4'],
    [87, '87'],
    [999.96, '1 k'],
    [1524, '1.52 k'],
    [21_600_000, '21.6 M'],
    [100_000, '100 k'],
    [3e9, '3 G'],
  ])('is cut to three digits: %d', (value, text) => {
    expect(plain(formatShort(value))).toBe(text);
  });

  it('that is not known is a dash, which differs from nothing', () => {
    for (const format of [formatCount, formatShort, formatRate, formatOctets, formatMicros]) {
      expect(format(undefined)).toBe('–');
      expect(format(Number.NaN)).toBe('–');
    }
    expect(formatRate(0)).toBe('0');
  });

  it('of octets has binary units, as options of the command have', () => {
    expect(plain(formatOctets(512))).toBe('512 B');
    expect(plain(formatOctets(64 * 1024))).toBe('64 KiB');
    expect(plain(formatOctets(1.5 * 1024 ** 3))).toBe('1.5 GiB');
  });

  it('of time is as exact as it is short', () => {
    expect(plain(formatMicros(87))).toBe('87 µs');
    expect(plain(formatMicros(1250))).toBe('1.25 ms');
    expect(plain(formatMicros(2_400_000))).toBe('2.4 s');
    expect(plain(formatDuration(12_000))).toBe('12 s');
    expect(plain(formatDuration(4 * 3600_000 + 600_000))).toBe('4 h 10 min');
    expect(plain(formatDuration(50 * 3600_000))).toBe('2 d 2 h');
  });

  it('of a share is in per cent', () => {
    expect(plain(formatShare(0.425))).toBe('43 %');
  });

  it('agrees with its noun', () => {
    expect(plural(1, 'queue')).toBe('1 queue');
    expect(plural(0, 'queue')).toBe('0 queues');
    expect(plural(2, 'match', 'matches')).toBe('2 matches');
  });
});
