import { describe, expect, it } from 'vitest';
import { type Balance, closeAccounts } from '../../bench/runs/accounts.ts';

const report = {
  publishedMessages: 10,
  scheduledMessages: 10,
  refusedMessages: 0,
  elapsedNs: 1,
};
const snapshot = { atNs: 0, messages: 10, octets: 0, missing: 0, disordered: 0, ended: false };
const balanced: Balance = {
  reports: [report],
  expected: 10,
  final: [snapshot],
  stamped: true,
  mayDrop: false,
  countedDrops: null,
};

describe('the accounts of a run', () => {
  it('add up when everything was delivered once and in order', () => {
    const totals = { publishedMessages: 10, deliveredMessages: 10, droppedMessages: 0 };
    expect(closeAccounts(balanced)).toEqual(totals);
  });

  it('show what a broker dropped that may drop', () => {
    const final = [{ ...snapshot, messages: 7, missing: 2 }];
    const dropping = { ...balanced, final, mayDrop: true, countedDrops: 3 };
    expect(closeAccounts(dropping).droppedMessages).toBe(3);
  });

  it.each([
    ['a message was lost', { final: [{ ...snapshot, messages: 9 }] }, 'were lost'],
    ['more came than were sent', { final: [{ ...snapshot, messages: 11 }] }, 'than published'],
    [
      'more are gone than the broker says it dropped',
      { final: [{ ...snapshot, messages: 7 }], mayDrop: true, countedDrops: 2 },
      'dropped by its own count',
    ],
    ['the broker counts drops of what came', { mayDrop: true, countedDrops: 1 }, 'own count'],
    ['one came twice', { final: [{ ...snapshot, disordered: 1 }] }, 'out of order'],
    ['a gap hides a double', { final: [{ ...snapshot, missing: 1 }], mayDrop: true }, 'missing'],
    ['a consumer was cut off', { final: [{ ...snapshot, ended: true }] }, 'disconnected'],
    ['one was refused', { reports: [{ ...report, refusedMessages: 1 }] }, 'refused'],
  ])('do not add up when %s', (_, change, text) => {
    expect(() => closeAccounts({ ...balanced, ...change })).toThrow(text);
  });
});
