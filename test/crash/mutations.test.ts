import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../../crash/mutations/catalogue.ts';
import { mutated } from '../../crash/mutations/mutation.ts';

describe('the faults that the crash harness is tried with', () => {
  it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
    '%s has one place in the build',
    (_name, mutation) => {
      const text = readFileSync(`dist/${mutation.file}`, 'utf8');
      expect(mutated(text, mutation)).not.toBe(text);
    },
  );

  it('are refused where the source has no place for them any more', () => {
    const [mutation] = MUTATIONS;
    expect(() => mutated('something else', mutation)).toThrow(/has 0 times what is to be changed/);
    const twice = `${mutation.from}${mutation.from}`;
    expect(() => mutated(twice, mutation)).toThrow(/has 2 times/);
  });
});
