import { beforeEach, describe, expect, it } from 'vitest';
import { Facts } from '../../crash/model/facts.ts';
import { Ledger } from '../../crash/model/ledger.ts';

let ledger: Ledger;
let facts: Facts;
beforeEach(() => {
  ledger = new Ledger();
  facts = new Facts();
});

function make(name: string, value: string | null): void {
  facts.changing(name, value);
  facts.changed(name);
}

function find(found: Record<string, string>): string[] {
  ledger.findings.length = 0;
  facts.compare(new Map(Object.entries(found)), ledger);
  return ledger.findings.map(({ text }) => text);
}

describe('what administrators have made', () => {
  it('must be there as the broker has answered', () => {
    make('anna', 'tags a');
    expect(find({ anna: 'tags a' })).toEqual([]);
    expect(find({ anna: 'tags b' })).toEqual(['anna is tags b and must be tags a']);
    make('bert', 'tags');
    expect(find({ anna: 'tags b' })).toEqual(['bert is not there and must be tags']);
  });

  it('may be as before or as it was asked for, while an answer is awaited', () => {
    make('anna', 'old');
    facts.changing('anna', 'new');
    expect(facts.get('anna')).toBe(undefined);
    expect(find({ anna: 'new' })).toEqual([]);
    expect(facts.get('anna')).toBe('new');
    facts.changing('anna', null);
    expect(find({ anna: 'old' })).toEqual(['anna is old and must be new or not there']);
  });

  it('is gone when the broker has said so, and nothing is there that nobody made', () => {
    make('anna', 'a');
    make('anna', null);
    expect([...facts.there()]).toEqual([]);
    expect(find({ anna: 'a' })).toEqual(['anna is a and must be not there']);
    expect(find({ anna: 'a', carl: 'c' })).toEqual(['carl is c and must be not there']);
  });
});
