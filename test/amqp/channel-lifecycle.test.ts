import { describe, expect, it } from 'vitest';
import { consume, drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('channels', () => {
  const session = useBroker();

  it('open, close and open again under the same number', async () => {
    const client = await session.raw();
    await client.login();
    for (let i = 0; i < 3; i++) {
      await client.openChannel(7);
      client.send(7, { name: 'channel.close', replyCode: 200 });
      await client.expectMethod(7, 'channel.close-ok');
    }
  });

  it('are told apart by their numbers, the highest agreed on included', async () => {
    const client = await session.raw();
    await client.login({ channelMax: 100 });
    await client.openChannel(100);
    await client.openChannel(1);
    const first = await client.declareQueue(1);
    const second = await client.declareQueue(100);
    expect(first).not.toBe(second);
  });

  it('end the connection with 504 when opened twice', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'channel.open' });
    await client.expectConnectionClose(504);
  });

  it('end the connection with 504 when used without being opened', async () => {
    const client = await session.raw();
    await client.login();
    client.send(1, { name: 'queue.declare', queue: '' });
    await client.expectConnectionClose(504);
  });

  it('number 0 cannot be opened', async () => {
    const client = await session.raw();
    await client.login();
    client.send(0, { name: 'channel.open' });
    await client.expectConnectionClose(503, 504);
  });

  it('give back what they hold when they close', async () => {
    const connection = await session.connect();
    const holder = await session.channel(connection);
    const { queue } = await holder.assertQueue('', { exclusive: true });
    for (const text of ['1', '2', '3']) send(holder, '', queue, text);
    const inbox = await consume(holder, queue);
    await inbox.received(3);
    await holder.close();
    const other = await session.channel(connection);
    expect(await drainTexts(other, queue)).toEqual(['1', '2', '3']);
    expect(await other.checkQueue(queue)).toMatchObject({ consumerCount: 0 });
  });

  it('can be opened by the hundred and all work', async () => {
    const client = await session.raw();
    await client.login();
    const count = 500;
    for (let n = 1; n <= count; n++) await client.openChannel(n);
    const queue = await client.declareQueue(1);
    for (let n = 1; n <= count; n++) {
      client.publish(n, '', queue, Buffer.from(`${n}`));
      client.send(n, { name: 'channel.close', replyCode: 200 });
      await client.expectMethod(n, 'channel.close-ok');
    }
    await client.openChannel(1);
    client.send(1, { name: 'queue.purge', queue });
    expect(await client.expectMethod(1, 'queue.purge-ok')).toMatchObject({ messageCount: count });
  });
});

describe('a channel exception', () => {
  const session = useBroker();

  it('ends its channel only and names the method at fault', async () => {
    const client = await session.rawChannel();
    await client.openChannel(2);
    client.send(1, { name: 'queue.purge', queue: 'no-such-queue' });
    expect(await client.expectChannelClose(1, 404)).toMatchObject({
      classId: 50,
      methodId: 30,
      replyText: "NOT_FOUND - no queue 'no-such-queue' in vhost '/'",
    });
    await client.declareQueue(2);
    await client.openChannel(1);
  });

  it('makes the broker ignore what the client sends before close-ok', async () => {
    const client = await session.rawChannel();
    await client.openChannel(2);
    const queue = await client.declareQueue(2);
    client.send(1, { name: 'queue.purge', queue: 'no-such-queue' });
    client.publish(1, '', queue, Buffer.from('ignored'));
    client.send(1, { name: 'queue.delete', queue });
    client.publish(1, '', queue, Buffer.alloc(10_000));
    await client.expectChannelClose(1, 404);
    client.send(2, { name: 'queue.purge', queue });
    expect(await client.expectMethod(2, 'queue.purge-ok')).toMatchObject({ messageCount: 0 });
    await client.openChannel(1);
  });

  it('is settled when both sides close at the same time', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'queue.purge', queue: 'no-such-queue' });
    client.send(1, { name: 'channel.close', replyCode: 200 });
    await client.expectMethod(1, 'channel.close');
    await client.expectMethod(1, 'channel.close-ok');
    client.send(1, { name: 'channel.close-ok' });
    await client.expectAlive();
    await client.openChannel(1);
  });

  it('reaches the client library as an error of the operation', async () => {
    const channel = await session.channel();
    await expect(channel.checkQueue(session.name('none'))).rejects.toMatchObject({
      code: 404,
      classId: 50,
      methodId: 10,
    });
    expect(await session.failureOf(channel)).toMatchObject({ code: 404 });
  });
});

describe('a connection exception', () => {
  const session = useBroker();

  it('names the method at fault, ends the connection and no other', async () => {
    const neighbour = await session.rawChannel();
    const client = await session.rawChannel();
    client.send(1, { name: 'exchange.declare', exchange: 'x', type: 'no-such-type' });
    expect(await client.expectConnectionClose(503)).toMatchObject({ classId: 40, methodId: 10 });
    await neighbour.declareQueue(1);
  });

  it('gives back what its channels held', async () => {
    const observer = await session.channel();
    const queue = session.name('queue');
    await observer.assertQueue(queue);
    send(observer, '', queue, 'held');
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.get', queue });
    await client.expectMethod(1, 'basic.get-ok');
    await client.expectContent(1);
    client.send(1, { name: 'exchange.declare', exchange: 'x', type: 'no-such-type' });
    await client.expectConnectionClose(503);
    expect(await observer.get(queue)).toMatchObject({ fields: { redelivered: true } });
  });
});
