import { describe, expect, it } from 'vitest';
import { BLOCK_MAX_COUNTERS, blockAt, COUNTER_NAMES } from '../../src/ring/counters.ts';
import {
  CAPACITY_WORD,
  DATA_AT,
  HEAD_WORD,
  LINE_OCTETS,
  MAGIC_WORD,
  SPACE_WANTED_WORD,
  TAIL_WORD,
  VERSION_WORD,
  WORD_OCTETS,
} from '../../src/ring/layout.ts';
import { createDoorbells, doorbellWord } from '../../src/ring/parking.ts';
import { leadOctets, maxPayloadOctets, payloadStart, recordOctets } from '../../src/ring/record.ts';

/** Lines that hold any of `words`, when the memory starts `shift` octets behind a line. */
function linesOf(words: readonly number[], shift: number): Set<number> {
  return new Set(words.map((word) => Math.floor((word * WORD_OCTETS + shift) / LINE_OCTETS)));
}

const SHIFTS = [0, 16, 64, 112];

describe('the layout of a ring', () => {
  it('lets no two words that different threads write share 128 octets', () => {
    const groups = [
      [MAGIC_WORD, VERSION_WORD, CAPACITY_WORD],
      [TAIL_WORD],
      [HEAD_WORD],
      [SPACE_WANTED_WORD],
      [DATA_AT / WORD_OCTETS],
    ];
    for (const shift of SHIFTS) {
      const lines = groups.map((words) => [...linesOf(words, shift)]);
      expect(new Set(lines.flat()).size).toBe(lines.flat().length);
    }
  });

  it('starts the records on a page when the memory starts 16 octets behind one', () => {
    expect((DATA_AT + 16) % 4096).toBe(0);
  });

  it('has room for the largest record and the padding before it in half a ring', () => {
    for (let capacity = 256; capacity <= 0x40000000; capacity *= 2) {
      const largest = recordOctets(31 + maxPayloadOctets(capacity));
      expect(largest + (largest - 8)).toBeLessThanOrEqual(capacity / 2);
    }
  });
});

describe('the layout of doorbells', () => {
  it('gives each thread 128 octets', () => {
    const words = Array.from({ length: 5 }, (_, thread) => doorbellWord(thread));
    for (const shift of SHIFTS) expect(linesOf(words, shift).size).toBe(words.length);
    expect(createDoorbells(5).byteLength).toBe(5 * LINE_OCTETS);
  });
});

describe('the layout of counters', () => {
  it('lets no two blocks share 128 octets', () => {
    for (let thread = 0; thread < 5; thread++) {
      expect(blockAt(thread) % LINE_OCTETS).toBe(0);
      expect(blockAt(thread)).toBeGreaterThanOrEqual(LINE_OCTETS);
      expect(blockAt(thread + 1) - blockAt(thread)).toBeGreaterThanOrEqual(
        8 + 8 * BLOCK_MAX_COUNTERS,
      );
    }
  });

  it('has room for the counters of every kind of thread', () => {
    for (const names of Object.values(COUNTER_NAMES)) {
      expect(names.length).toBeLessThanOrEqual(BLOCK_MAX_COUNTERS);
      expect(new Set<string>(names).size).toBe(names.length);
    }
  });
});

describe('the lead of a record', () => {
  const OCTETS = 10_000;

  it('makes payload and source agree modulo 8', () => {
    for (let at = 0; at < 64; at += 8) {
      for (let source = 0; source < 64; source++) {
        const target = DATA_AT + payloadStart(at, leadOctets(at, source, 100));
        expect((target - source) & 7).toBe(0);
        expect(leadOctets(at, source, 100)).toBeLessThan(8);
      }
    }
  });

  it('keeps long copies out of the 31 octets behind their source modulo 4096', () => {
    for (let source = 0; source < 4096; source++) {
      const lead = leadOctets(8, source, OCTETS);
      const distance = (DATA_AT + payloadStart(8, lead) - source) & 4095;
      expect(distance & 7).toBe(0);
      expect(distance === 0 || distance >= 32).toBe(true);
      expect(lead).toBeLessThan(32);
    }
  });
});
