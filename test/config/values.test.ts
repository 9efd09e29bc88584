import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/config/option-error.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { formatOctets, parseDuration, parseOctets } from '../../src/config/units.ts';
import { readValue } from '../../src/config/values.ts';

const read = (name: keyof typeof OPTIONS, value: unknown) => readValue(OPTIONS[name], value, name);

describe('a size', () => {
  it('is in octets or has a binary suffix', () => {
    expect(parseOctets('4096')).toBe(4096);
    expect(parseOctets('64KiB')).toBe(65_536);
    expect(parseOctets('1.5 MiB')).toBe(1_572_864);
    expect(parseOctets('4gib')).toBe(4_294_967_296);
  });

  it('is refused with another suffix, a sign, or a fraction of an octet', () => {
    for (const text of ['', '4KB', '-1', '+1', '1e3', '0x10', '1.5', '0.0001KiB', 'KiB', '1 2']) {
      expect(parseOctets(text)).toBeNaN();
    }
  });

  it('is written with the largest suffix that divides it', () => {
    expect([0, 1, 1000, 1024, 131_072, 1_572_864, 2 ** 31].map(formatOctets)).toEqual([
      '0',
      '1',
      '1000',
      '1 KiB',
      '128 KiB',
      '1536 KiB',
      '2 GiB',
    ]);
  });

  it('of a ring is a power of two', () => {
    expect(read('ringOctets', '8MiB')).toBe(8_388_608);
    expect(() => read('ringOctets', '5MiB')).toThrow(/a power of two, 64 KiB to 1 GiB/);
  });
});

describe('a number', () => {
  it('may be negative where its option allows it', () => {
    expect(read('managementPort', '-1')).toBe(-1);
    expect(() => read('managementPort', '-2')).toThrow(/-1 to 65535/);
    expect(() => read('port', '-1')).toThrow(/0 to 65535/);
  });
});

describe('a time', () => {
  it('without a suffix is in the unit of its option', () => {
    expect(parseDuration('250', 'ms')).toBe(250);
    expect(parseDuration('60', 's')).toBe(60);
  });

  it('with a suffix is converted to the unit of its option', () => {
    expect(parseDuration('5s', 'ms')).toBe(5000);
    expect(parseDuration('1.5m', 's')).toBe(90);
    expect(parseDuration('2000ms', 's')).toBe(2);
  });

  it('is refused when it is not a whole number of that unit', () => {
    expect(parseDuration('500ms', 's')).toBeNaN();
    expect(parseDuration('1h', 's')).toBeNaN();
  });
});

describe('the memory high-water mark', () => {
  it('is a share, a size or 0', () => {
    expect(read('memoryHighWater', '0.4')).toBe(0.4);
    expect(read('memoryHighWater', 0.25)).toBe(0.25);
    expect(read('memoryHighWater', '1.0')).toBe(1);
    expect(read('memoryHighWater', '4GiB')).toBe(4_294_967_296);
    expect(read('memoryHighWater', 0)).toBe(0);
  });

  it('is refused when it is too little to work with', () => {
    for (const value of ['2', '1KiB', -1, Number.NaN, Number.POSITIVE_INFINITY, '40%']) {
      expect(() => read('memoryHighWater', value)).toThrow(OptionError);
    }
  });
});

describe('the identity', () => {
  it('is directmq or rabbitmq, which may have a version', () => {
    for (const value of ['directmq', 'rabbitmq', 'rabbitmq:3.13.7']) {
      expect(read('identity', value)).toBe(value);
    }
    for (const value of ['kafka', 'rabbitmq:', 'rabbitmq:3', 'rabbitmq:3.13.7 ']) {
      expect(() => read('identity', value)).toThrow(/rabbitmq:VERSION/);
    }
  });
});

describe('names', () => {
  it('are refused when one is empty, stated twice, or all are missing where one is needed', () => {
    for (const value of ['/,', '/,/', '', [], ['/', 1], 7]) {
      expect(() => read('vhosts', value)).toThrow(OptionError);
    }
  });
});

describe('a number', () => {
  it('is refused unless it is whole and in range', () => {
    expect(read('frameMax', 4096)).toBe(4096);
    expect(read('frameMax', 1_048_576)).toBe(1_048_576);
    for (const value of [4095, 1_048_577, 5000.5, '', ' ', '5e3', true, null, {}, []]) {
      expect(() => read('frameMax', value)).toThrow(OptionError);
    }
  });
});
