import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('topic exchanges', () => {
  const session = useBroker();

  it.each([
    ['a.b', ['a.b'], ['a', 'a.b.c', 'a.', '.b', 'A.b', '']],
    ['*', ['a'], ['', 'a.b', '.', 'a.']],
    ['#', ['', 'a', 'a.b', 'a.b.c', '.', '..'], []],
    ['a.*', ['a.b', 'a.'], ['a', 'a.b.c', 'b.b']],
    ['*.b', ['a.b', '.b'], ['b', 'a.b.b', 'a.c']],
    ['a.#', ['a', 'a.b', 'a.b.c', 'a.'], ['b', 'b.a', 'ab']],
    ['#.b', ['b', 'a.b', 'a.a.b', 'b.b', '.b'], ['a', 'b.a', '']],
    ['a.#.b', ['a.b', 'a.x.b', 'a.x.y.b', 'a.b.b'], ['a', 'b', 'a.b.c', 'ab']],
    ['a.*.c', ['a.b.c', 'a..c'], ['a.c', 'a.b.b.c']],
    ['*.#', ['a', 'a.b', 'a.b.c', '.'], []],
    ['#.*', ['a', 'a.b', 'a.b.c'], []],
    ['#.#', ['', 'a', 'a.b'], []],
    ['*.*', ['a.b', '.'], ['a', 'a.b.c', '']],
    ['a.#.#.b', ['a.b', 'a.x.b'], ['a', 'b']],
    ['#.a.#', ['a', 'b.a', 'a.b', 'b.a.c', 'a.a'], ['b', 'ab', '']],
    ['*a.b', ['*a.b'], ['xa.b', 'a.b']],
    ['a#', ['a#'], ['a', 'a.b', 'ab']],
    ['', [''], ['a', '.']],
  ])('with the pattern "%s" match %j and not %j', async (pattern, matching, others) => {
    const channel = await session.channel();
    const exchange = session.name('topic');
    await channel.assertExchange(exchange, 'topic');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, pattern);
    for (const key of [...matching, ...others]) send(channel, exchange, key, key);
    expect(await drainTexts(channel, queue)).toEqual(matching);
  });

  it('deliver one copy to a queue whose patterns match several times', async () => {
    const channel = await session.channel();
    const exchange = session.name('topic');
    await channel.assertExchange(exchange, 'topic');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const pattern of ['#', 'a.*', '*.b', 'a.b']) {
      await channel.bindQueue(queue, exchange, pattern);
    }
    send(channel, exchange, 'a.b', 'once');
    await channel.unbindQueue(queue, exchange, '#');
    await channel.unbindQueue(queue, exchange, 'a.*');
    await channel.unbindQueue(queue, exchange, 'a.b');
    send(channel, exchange, 'a.b', 'by *.b');
    await channel.unbindQueue(queue, exchange, '*.b');
    send(channel, exchange, 'a.b', 'unbound');
    expect(await drainTexts(channel, queue)).toEqual(['once', 'by *.b']);
  });

  it('keep similar patterns of several queues apart', async () => {
    const channel = await session.channel();
    const exchange = session.name('topic');
    await channel.assertExchange(exchange, 'topic');
    const queues = new Map<string, string>();
    for (const pattern of ['stock.*.nyse', 'stock.#', '*.ibm.*', 'stock.ibm.nyse']) {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, exchange, pattern);
      queues.set(pattern, queue);
    }
    for (const key of ['stock.ibm.nyse', 'stock.ibm.x', 'stock', 'bond.ibm.nyse']) {
      send(channel, exchange, key, key);
    }
    const received: Record<string, string[]> = {};
    for (const [pattern, queue] of queues) received[pattern] = await drainTexts(channel, queue);
    expect(received).toEqual({
      'stock.*.nyse': ['stock.ibm.nyse'],
      'stock.#': ['stock.ibm.nyse', 'stock.ibm.x', 'stock'],
      '*.ibm.*': ['stock.ibm.nyse', 'stock.ibm.x', 'bond.ibm.nyse'],
      'stock.ibm.nyse': ['stock.ibm.nyse'],
    });
  });
});
