import { beforeEach, describe, expect, it } from 'vitest';
import { queueRule } from '../../crash/model/queue-rule.ts';
import { newTransaction } from '../../crash/model/transaction-record.ts';
import { LedgerRig, marked } from './rig.ts';

const plain = queueRule('plain');
const transient = queueRule('transient', { durable: false });
const rejecting = queueRule('rejecting', { deadQueue: 'dead' });
const expiring = queueRule('expiring', { ttlMs: 1000 });
const short = queueRule('short', { maxLength: 2 });
const priorities = queueRule('priorities', { maxPriority: 5 });

let rig: LedgerRig;
beforeEach(() => {
  rig = new LedgerRig();
});

describe('after a crash', () => {
  it('a confirmed persistent message must be there', () => {
    const message = rig.confirm(plain);
    rig.crash({ plain: [message.id] });
    expect(rig.kinds()).toEqual([]);
    rig.crash({ plain: [] });
    expect(rig.kinds()).toEqual(['lost']);
  });

  it('the story of a lost message says what happened to it', () => {
    const message = rig.confirm(plain, { publisher: 'somebody' });
    rig.crash({ plain: [] });
    const [{ text, story }] = rig.ledger.findings;
    expect(text).toBe(`${message.id} is not in plain and must be in its queue`);
    expect(story[0]).toMatch(/persistent message 1 of somebody, .* key plain/);
    expect(story.slice(1).map((line) => line.replace(/^.*: /, ''))).toEqual([
      'confirmed',
      'killed',
    ]);
  });

  it('a message without answer, or with a nack, may be there or not', () => {
    const [, second, , fourth] = [
      rig.send(plain),
      rig.send(plain),
      rig.send(plain),
      rig.send(plain),
    ];
    rig.ledger.refused(fourth);
    rig.crash({ plain: [second.id, fourth.id] });
    expect(rig.kinds()).toEqual([]);
  });

  it('what was found once must be there the next time', () => {
    const message = rig.send(plain);
    rig.crash({ plain: [message.id] });
    rig.crash({ plain: [] });
    expect(rig.kinds()).toEqual(['lost']);
  });

  it('what was not found must not come later', () => {
    const message = rig.send(plain);
    rig.crash({ plain: [] });
    rig.crash({ plain: [message.id] });
    expect(rig.kinds()).toEqual(['unknown']);
  });

  it.each([
    ['a transient message', plain, false],
    ['a message of a transient queue', transient, true],
  ])('%s must be gone', (_, queue, persistent) => {
    const message = rig.confirm(queue, { persistent });
    rig.crash({ [queue.name]: [message.id] });
    expect(rig.kinds()).toEqual(['came back']);
  });

  it('an acknowledged message may come again while its acknowledgement is not sealed', () => {
    const [first, second] = [rig.confirm(plain), rig.confirm(plain)];
    rig.deliver(first, 'plain', 'ack');
    rig.deliver(second, 'plain', 'ack');
    rig.crash({ plain: [marked(second)] });
    expect(rig.kinds()).toEqual([]);
  });

  it('an acknowledged message must not come again when it is sealed', () => {
    const message = rig.confirm(plain);
    rig.deliver(message, 'plain', 'ack');
    rig.seal();
    rig.crash({ plain: [marked(message)] });
    expect(rig.kinds()).toEqual(['came back']);
  });

  it('the confirm of another channel, or of an earlier message, seals nothing', () => {
    const message = rig.confirm(plain);
    const seal = rig.send(queueRule('seals'), { publisher: 'consumer' });
    rig.deliver(message, 'plain', 'ack');
    rig.ledger.confirmed(seal, rig.nowMs);
    rig.seal('another');
    rig.crash({ plain: [marked(message)] });
    expect(rig.kinds()).toEqual([]);
  });

  it('a rejected message is in exactly one of two queues', () => {
    const [first, second, third] = [1, 2, 3].map(() => rig.confirm(rejecting));
    for (const message of [first, second, third]) rig.deliver(message, 'rejecting', 'reject');
    rig.crash({ rejecting: [marked(first)], dead: [second.id] });
    expect(rig.ledger.findings.map(({ text }) => text)).toEqual([
      `${third.id} is not in rejecting and must be in its queue or dead-lettered`,
    ]);
  });

  it('a rejected message must not be in both queues', () => {
    const message = rig.confirm(rejecting);
    rig.deliver(message, 'rejecting', 'reject');
    rig.crash({ rejecting: [marked(message)], dead: [message.id] });
    expect(rig.kinds()).toContain('twice');
  });

  it('a rejected message stays rejected when it is sealed', () => {
    const message = rig.confirm(rejecting);
    rig.deliver(message, 'rejecting', 'reject');
    rig.seal();
    rig.crash({ rejecting: [marked(message)], dead: [] });
    expect(rig.kinds()).toEqual(['came back']);
  });

  it('a message must not be twice in a queue', () => {
    const message = rig.confirm(plain);
    rig.crash({ plain: [message.id, message.id] });
    expect(rig.kinds()).toContain('twice');
  });

  it('every queue of a fanout has its copy', () => {
    const message = rig.confirm([plain, queueRule('other')]);
    rig.crash({ plain: [message.id], other: [] });
    expect(rig.ledger.findings.map(({ text }) => text)).toEqual([
      `${message.id} is not in other and must be in its queue`,
    ]);
  });

  it('a message that may have expired may be gone, one that must have must be', () => {
    const [first, second] = [rig.confirm(expiring), rig.confirm(expiring)];
    rig.nowMs += 1500;
    rig.crash({ expiring: [second.id] });
    expect(rig.kinds()).toEqual([]);
    rig.nowMs += 5000;
    rig.crash({ expiring: [marked(second)] });
    expect(rig.kinds()).toEqual(['came back']);
    expect(first.copies[0].places).not.toBe(0);
  });

  it('a short queue has dropped its oldest messages and no others', () => {
    const messages = [1, 2, 3].map(() => rig.confirm(short));
    rig.crash({ short: messages.slice(1).map(({ id }) => id) });
    expect(rig.kinds()).toEqual([]);
    rig.crash({ short: [marked(messages[1])] });
    expect(rig.kinds()).toEqual(['lost']);
  });

  it('a short queue is not longer than it may be', () => {
    const messages = [1, 2, 3].map(() => rig.confirm(short));
    rig.crash({ short: messages.map(({ id }) => id) });
    expect(rig.kinds()).toEqual(['length']);
  });

  it('the messages of a deleted queue are gone for ever', () => {
    const message = rig.confirm(plain);
    rig.ledger.deleting('plain');
    rig.ledger.deleted('plain');
    rig.crash({ plain: [message.id] });
    expect(rig.kinds()).toEqual(['came back']);
  });

  it('a purge is certain when it is sealed', () => {
    const message = rig.confirm(plain);
    rig.ledger.purging('plain');
    rig.ledger.purged('plain', 'consumer');
    rig.seal();
    rig.crash({ plain: [message.id] });
    expect(rig.kinds()).toEqual(['came back']);
  });

  it('another body is noticed', () => {
    const message = rig.confirm(plain);
    rig.crash({ plain: [{ id: message.id, redelivered: false, isWhole: false }] });
    expect(rig.kinds()).toEqual(['garbled']);
  });
});

describe('order after a crash', () => {
  it('is that of each publisher', () => {
    const [a, b] = [rig.confirm(plain), rig.confirm(plain, { publisher: 'other' })];
    const c = rig.confirm(plain);
    rig.crash({ plain: [b.id, a.id, c.id] });
    expect(rig.kinds()).toEqual([]);
    rig.crash({ plain: [marked(c), marked(b), marked(a)] });
    expect(rig.kinds()).toEqual(['order']);
  });

  it('is that within a priority', () => {
    const [low, high] = [rig.confirm(priorities), rig.confirm(priorities, { priority: 3 })];
    rig.crash({ priorities: [high.id, low.id] });
    expect(rig.kinds()).toEqual([]);
  });
});

describe('the mark of redelivery after a crash', () => {
  it('must be there when the delivery was sealed', () => {
    const message = rig.confirm(plain);
    rig.deliver(message, 'plain');
    rig.seal('anybody');
    rig.crash({ plain: [message.id] });
    expect(rig.kinds()).toEqual(['redelivered']);
  });

  it('may be missing when it was not', () => {
    const message = rig.confirm(plain);
    rig.deliver(message, 'plain');
    rig.crash({ plain: [message.id] });
    expect(rig.kinds()).toEqual([]);
  });

  it('must not be there when nobody has consumed from the queue', () => {
    const earlier = rig.confirm(plain);
    rig.deliver(earlier, 'plain', 'ack');
    const message = rig.confirm(plain);
    rig.crash({ plain: [marked(message)] });
    expect(rig.kinds()).toEqual(['redelivered']);
  });
});

describe('transactions after a crash', () => {
  it('that were committed have happened', () => {
    const transaction = newTransaction('t');
    rig.send(plain, {}, transaction);
    rig.ledger.committing(transaction);
    rig.ledger.committed(transaction, rig.nowMs);
    rig.crash({ plain: [] });
    expect(rig.kinds()).toEqual(['lost']);
  });

  it('that were never committed have not', () => {
    const message = rig.send(plain, {}, newTransaction('t'));
    rig.crash({ plain: [message.id] });
    expect(rig.kinds()).toEqual(['came back']);
  });

  it.each([
    ['both', (a: string, b: string) => [a, b], []],
    ['neither', () => [], []],
    ['one of two', (a: string) => [a], ['transaction']],
  ])('without an answer happen as a whole: %s', (_, found, kinds) => {
    const transaction = newTransaction('t');
    const [a, b] = [rig.send(plain, {}, transaction), rig.send(plain, {}, transaction)];
    rig.ledger.committing(transaction);
    rig.crash({ plain: found(a.id, b.id) });
    expect(rig.kinds()).toEqual(kinds);
  });

  it('settle what they publish for, or neither', () => {
    const work = rig.confirm(queueRule('work'));
    const transaction = newTransaction('t');
    rig.ledger.consuming('work');
    const sighting = rig.ledger.received(work.id, 'work', false, true, rig.nowMs);
    const result = rig.send(plain, {}, transaction);
    if (sighting !== null) rig.ledger.settling(sighting, 'ack', 'worker', transaction);
    rig.ledger.committing(transaction);
    rig.crash({ work: [marked(work)], plain: [result.id] });
    expect(rig.kinds()).toEqual(['transaction']);
  });

  it('are not told by a settled message that left its queue by itself', () => {
    const [dropped, late] = [rig.confirm(short), rig.confirm(expiring)];
    const transaction = newTransaction('t');
    rig.send(plain, {}, transaction);
    for (const [{ id }, queue] of [[dropped, 'short'] as const, [late, 'expiring'] as const]) {
      rig.ledger.consuming(queue);
      const sighting = rig.ledger.received(id, queue, false, true, rig.nowMs);
      if (sighting !== null) rig.ledger.settling(sighting, 'ack', 'worker', transaction);
    }
    const kept = [rig.confirm(short), rig.confirm(short)];
    rig.ledger.committing(transaction);
    rig.nowMs += 1000;
    rig.crash({ plain: [], expiring: [], short: kept.map(marked) });
    expect(rig.kinds()).toEqual([]);
  });
});
