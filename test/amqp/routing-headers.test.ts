import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

type Headers = Record<string, unknown>;

describe('headers exchanges', () => {
  const session = useBroker();

  /** Publishes each headers table to a queue bound with `binding` and tells which ones arrived. */
  async function matching(binding: Headers, published: Record<string, Headers>): Promise<string[]> {
    const channel = await session.channel();
    const exchange = session.name('headers');
    await channel.assertExchange(exchange, 'headers');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, '', binding);
    for (const [label, headers] of Object.entries(published)) {
      send(channel, exchange, 'ignored', label, { headers });
    }
    return drainTexts(channel, queue);
  }

  it('need every pair of the binding for x-match all', async () => {
    expect(
      await matching(
        { 'x-match': 'all', format: 'pdf', type: 'report' },
        {
          exact: { format: 'pdf', type: 'report' },
          more: { format: 'pdf', type: 'report', other: 1 },
          fewer: { format: 'pdf' },
          different: { format: 'pdf', type: 'log' },
          none: {},
        },
      ),
    ).toEqual(['exact', 'more']);
  });

  it('take x-match all when the binding does not say', async () => {
    expect(await matching({ a: 1, b: 2 }, { both: { a: 1, b: 2 }, one: { a: 1 } })).toEqual([
      'both',
    ]);
  });

  it('need one pair of the binding for x-match any', async () => {
    expect(
      await matching(
        { 'x-match': 'any', format: 'pdf', type: 'report' },
        {
          both: { format: 'pdf', type: 'report' },
          one: { format: 'pdf', type: 'log' },
          other: { format: 'zip' },
          none: {},
        },
      ),
    ).toEqual(['both', 'one']);
  });

  it('match by presence where the binding has no value', async () => {
    expect(
      await matching(
        { 'x-match': 'all', present: null },
        { text: { present: 'x' }, zero: { present: 0 }, absent: { other: 1 } },
      ),
    ).toEqual(['text', 'zero']);
  });

  it('tell apart types that look alike and compare nested values', async () => {
    expect(
      await matching(
        { 'x-match': 'all', value: '1' },
        { text: { value: '1' }, number: { value: 1 }, flag: { value: true } },
      ),
    ).toEqual(['text']);
    expect(
      await matching(
        { 'x-match': 'all', value: true },
        { flag: { value: true }, other: { value: false }, number: { value: 1 } },
      ),
    ).toEqual(['flag']);
  });

  it('ignore x- headers for all and any, count them for all-with-x and any-with-x', async () => {
    const published = {
      both: { 'x-kind': 'k', plain: 'p' },
      plain: { plain: 'p' },
      kind: { 'x-kind': 'k' },
      neither: { other: 'o' },
    };
    const pairs = { 'x-kind': 'k', plain: 'p' };
    expect(await matching({ 'x-match': 'all', ...pairs }, published)).toEqual(['both', 'plain']);
    expect(await matching({ 'x-match': 'any', ...pairs }, published)).toEqual(['both', 'plain']);
    expect(await matching({ 'x-match': 'all-with-x', ...pairs }, published)).toEqual(['both']);
    expect(await matching({ 'x-match': 'any-with-x', ...pairs }, published)).toEqual([
      'both',
      'plain',
      'kind',
    ]);
  });

  it('match everything for all and nothing for any when the binding has no pairs', async () => {
    const published = { some: { a: 1 }, none: {} };
    expect(await matching({}, published)).toEqual(['some', 'none']);
    expect(await matching({ 'x-match': 'all' }, published)).toEqual(['some', 'none']);
    expect(await matching({ 'x-match': 'any' }, published)).toEqual([]);
  });

  it('see a message without a headers table as one with an empty table', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'queue.bind', queue, exchange: 'amq.headers' });
    await client.expectMethod(1, 'queue.bind-ok');
    client.publish(1, 'amq.headers', '', Buffer.from('x'));
    client.send(1, { name: 'basic.get', queue, noAck: true });
    await client.expectMethod(1, 'basic.get-ok');
  });

  it.each([['sometimes'], [1], [true]])(
    'refuse with 406 a binding whose x-match is %j',
    async (value) => {
      const channel = await session.channel();
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await expect(
        channel.bindQueue(queue, 'amq.headers', '', { 'x-match': value }),
      ).rejects.toMatchObject({ code: 406 });
    },
  );

  it('deliver one copy and unbind by the same arguments', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const id = session.name('id');
    await channel.bindQueue(queue, 'amq.headers', '', { 'x-match': 'any', id });
    await channel.bindQueue(queue, 'amq.match', '', { 'x-match': 'any', id });
    await channel.bindQueue(queue, 'amq.headers', '', { 'x-match': 'all', id });
    send(channel, 'amq.headers', '', 'once', { headers: { id } });
    await channel.unbindQueue(queue, 'amq.headers', '', { 'x-match': 'any', id });
    await channel.unbindQueue(queue, 'amq.headers', '', { 'x-match': 'all', id });
    send(channel, 'amq.headers', '', 'unbound', { headers: { id } });
    expect(await drainTexts(channel, queue)).toEqual(['once']);
  });
});
