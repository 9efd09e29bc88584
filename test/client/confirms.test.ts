import { describe, expect, it } from 'vitest';
import { Confirms } from '../../src/client/amqp/confirms.ts';

function confirmsOf(count: number) {
  const confirms = new Confirms();
  const answers: string[] = [];
  for (let tag = 1; tag <= count; tag++) {
    confirms.published((error) => answers.push(`${tag} ${error?.message ?? 'ok'}`));
  }
  return { confirms, answers };
}

const NACK = new Error('nack');

describe('Confirms', () => {
  it('answers each message once, in whatever order answers come', () => {
    const { confirms, answers } = confirmsOf(5);
    confirms.answered(3, false, null);
    confirms.answered(2, true, null);
    confirms.answered(5, true, NACK);
    confirms.answered(5, false, null);
    expect(answers).toEqual(['3 ok', '1 ok', '2 ok', '4 nack', '5 nack']);
    expect(confirms.unanswered).toBe(0);
  });

  it('takes tag 0 with multiple for all', () => {
    const { confirms, answers } = confirmsOf(3);
    confirms.answered(0, true, null);
    expect(answers.length).toBe(3);
  });

  it('ignores tags that were never published', () => {
    const { confirms, answers } = confirmsOf(1);
    confirms.answered(7, false, null);
    confirms.answered(1, false, null);
    expect(answers).toEqual(['1 ok']);
  });

  it('waits for the messages published so far, not for later ones', async () => {
    const { confirms } = confirmsOf(2);
    const waiting = confirms.wait();
    confirms.published(undefined);
    confirms.answered(2, true, null);
    await waiting;
    expect(confirms.unanswered).toBe(1);
  });

  it('rejects those who wait at the first message that is refused', async () => {
    const { confirms } = confirmsOf(3);
    const waiting = confirms.wait();
    confirms.answered(3, false, NACK);
    await expect(waiting).rejects.toBe(NACK);
  });

  it('fails what is unanswered when the channel closes, and every later wait', async () => {
    const { confirms, answers } = confirmsOf(2);
    const waiting = confirms.wait();
    const gone = new Error('channel closed');
    confirms.answered(1, false, null);
    confirms.abandon(gone, true);
    await expect(waiting).rejects.toBe(gone);
    await expect(confirms.wait()).rejects.toBe(gone);
    expect(answers).toEqual(['1 ok', '2 channel closed']);
  });

  it('goes on after more messages than it keeps', () => {
    const { confirms, answers } = confirmsOf(5000);
    for (let tag = 1; tag <= 5000; tag++) confirms.answered(tag, false, null);
    confirms.published((error) => answers.push(`last ${error}`));
    confirms.answered(5001, false, null);
    expect(answers.length).toBe(5001);
    expect(answers.at(-1)).toBe('last null');
  });
});
