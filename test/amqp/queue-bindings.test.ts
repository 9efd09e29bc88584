import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('queue bindings', () => {
  const session = useBroker();

  it('are the same binding when queue, exchange, key and arguments are', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const key = session.name('key');
    await channel.bindQueue(queue, 'amq.direct', key);
    await channel.bindQueue(queue, 'amq.direct', key);
    send(channel, 'amq.direct', key, 'once');
    await channel.unbindQueue(queue, 'amq.direct', key);
    send(channel, 'amq.direct', key, 'gone');
    expect(await drainTexts(channel, queue)).toEqual(['once']);
  });

  it('differ by their arguments, but still deliver one copy', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const key = session.name('key');
    await channel.bindQueue(queue, 'amq.direct', key, { which: 'first' });
    await channel.bindQueue(queue, 'amq.direct', key, { which: 'second' });
    send(channel, 'amq.direct', key, 'both');
    await channel.unbindQueue(queue, 'amq.direct', key, { which: 'first' });
    send(channel, 'amq.direct', key, 'second');
    await channel.unbindQueue(queue, 'amq.direct', key, { which: 'second' });
    send(channel, 'amq.direct', key, 'none');
    expect(await drainTexts(channel, queue)).toEqual(['both', 'second']);
  });

  it('mean the queue declared last on the channel when the name is empty', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    const key = session.name('key');
    client.send(1, { name: 'queue.bind', queue: '', exchange: 'amq.direct', routingKey: key });
    await client.expectMethod(1, 'queue.bind-ok');
    client.publish(1, 'amq.direct', key, Buffer.from('x'));
    client.send(1, { name: 'basic.get', queue, noAck: true });
    await client.expectMethod(1, 'basic.get-ok');
  });

  it('take the queue name as key when both the name and the key are empty', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'queue.bind', queue: '', exchange: 'amq.direct', routingKey: '' });
    await client.expectMethod(1, 'queue.bind-ok');
    client.publish(1, 'amq.direct', queue, Buffer.from('x'));
    client.send(1, { name: 'basic.get', queue, noAck: true });
    await client.expectMethod(1, 'basic.get-ok');
  });

  it('answer 404 on the channel when the queue or the exchange does not exist', async () => {
    const connection = await session.connect();
    const first = await session.channel(connection);
    const { queue } = await first.assertQueue('', { exclusive: true });
    await expect(first.bindQueue(queue, session.name('missing'), '')).rejects.toMatchObject({
      code: 404,
    });
    const second = await session.channel(connection);
    await expect(second.bindQueue(session.name('missing'), 'amq.direct', '')).rejects.toMatchObject(
      { code: 404 },
    );
  });

  it('succeed to unbind what is not bound or does not exist', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.unbindQueue(queue, 'amq.direct', session.name('key'));
    await channel.unbindQueue(queue, session.name('missing'), '');
    await channel.unbindQueue(session.name('missing'), 'amq.direct', '');
  });

  it('sends no answer when nowait is set', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'queue.bind', queue, exchange: 'amq.fanout', nowait: true });
    client.send(1, { name: 'queue.unbind', queue, exchange: 'amq.fanout' });
    await client.expectMethod(1, 'queue.unbind-ok');
    await client.expectAlive();
  });

  it('go when the queue is deleted', async () => {
    const channel = await session.channel();
    const [name, key] = [session.name('queue'), session.name('key')];
    await channel.assertQueue(name, { exclusive: true });
    await channel.bindQueue(name, 'amq.direct', key);
    await channel.deleteQueue(name);
    await channel.assertQueue(name, { exclusive: true });
    send(channel, 'amq.direct', key, 'x');
    expect(await drainTexts(channel, name)).toEqual([]);
  });
});
