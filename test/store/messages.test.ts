import { describe, expect, it } from 'vitest';
import { useDurableBroker } from '../support/durable-session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('after a restart', () => {
  const session = useDurableBroker();

  it('persistent messages in a durable queue are there in order, with all they had', async () => {
    await (await session.channel()).assertQueue('q', { durable: true });
    await session.publish('q', ['one', 'two', 'three'], {
      headers: { a: 1, nested: { b: 'x' } },
      contentType: 'text/plain',
      correlationId: 'c',
    });
    await session.restart();
    const messages = await session.drain('q');
    expect(messages.map(({ content }) => content.toString())).toEqual(['one', 'two', 'three']);
    expect(messages[0].properties).toMatchObject({
      headers: { a: 1, nested: { b: 'x' } },
      contentType: 'text/plain',
      correlationId: 'c',
      deliveryMode: 2,
    });
    expect(messages[0].fields).toMatchObject({ exchange: '', routingKey: 'q', redelivered: false });
  });

  it('transient messages and transient queues are gone', async () => {
    const channel = await session.channel();
    await channel.assertQueue('durable', { durable: true });
    await channel.assertQueue('transient', { durable: false });
    await session.publish('durable', ['x'], { persistent: false });
    await session.publish('durable', ['y']);
    await session.publish('transient', ['z']);
    await session.restart();
    expect(await session.bodies('durable')).toEqual(['y']);
    const after = await session.channel();
    await expect(after.checkQueue('transient')).rejects.toThrow(/NOT_FOUND/);
  });

  it('acknowledged messages are gone, others are redelivered in their place', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    await session.publish('q', ['a', 'b', 'c', 'd']);
    await channel.get('q');
    const second = await channel.get('q');
    await channel.get('q');
    if (typeof second !== 'boolean') channel.ack(second);
    await channel.checkQueue('q');
    await session.restart();
    const messages = await session.drain('q');
    expect(messages.map((m) => [m.content.toString(), m.fields.redelivered])).toEqual([
      ['a', true],
      ['c', true],
      ['d', false],
    ]);
  });

  it('a message that went to many queues is in each of them', async () => {
    const channel = await session.confirmChannel();
    await channel.assertExchange('fan', 'fanout', { durable: true });
    const names = Array.from({ length: 20 }, (_, i) => `q${i}`);
    for (const name of names) {
      await channel.assertQueue(name, { durable: true });
      await channel.bindQueue(name, 'fan', '');
    }
    const body = Buffer.alloc(20_000, 'x');
    channel.publish('fan', '', body, { persistent: true });
    await channel.waitForConfirms();
    expect(await session.bodies('q3')).toEqual([body.toString()]);
    await session.restart();
    expect(await session.bodies('q3')).toEqual([]);
    expect(await session.bodies('q7')).toEqual([body.toString()]);
    await session.restart();
    expect(await session.bodies('q7')).toEqual([]);
    expect(await session.bodies('q19')).toEqual([body.toString()]);
  });

  it('a body larger than the ring to the store is whole', async () => {
    await (await session.channel()).assertQueue('q', { durable: true });
    const body = Array.from({ length: 1_500_000 }, (_, i) => String(i % 10))
      .join('')
      .repeat(8);
    await session.publish('q', ['before', body, 'behind']);
    await session.restart();
    const bodies = await session.bodies('q');
    expect(bodies.map(({ length }) => length)).toEqual([6, body.length, 6]);
    expect(bodies[1] === body).toBe(true);
  });

  it('purged messages and those of a deleted queue are gone', async () => {
    const channel = await session.channel();
    for (const name of ['purged', 'deleted']) await channel.assertQueue(name, { durable: true });
    await session.publish('purged', ['a', 'b', 'c']);
    await session.publish('deleted', ['a', 'b', 'c']);
    const held = await channel.get('purged');
    await channel.purgeQueue('purged');
    await channel.deleteQueue('deleted');
    expect(held).not.toBe(false);
    await session.restart();
    await (await session.channel()).assertQueue('deleted', { durable: true });
    expect(await session.bodies('deleted')).toEqual([]);
    expect(await session.bodies('purged')).toEqual(['a']);
  });

  it('purged messages that were delivered before an earlier restart are gone', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    const count = 2000;
    await session.publish(
      'q',
      Array.from({ length: count }, (_, i) => String(i)),
    );
    let delivered = 0;
    await channel.consume('q', () => {
      delivered++;
    });
    await waitFor('all to be delivered', () => delivered === count);
    await session.restart();
    expect((await (await session.channel()).purgeQueue('q')).messageCount).toBe(count);
    await session.restart();
    expect(await session.bodies('q')).toEqual([]);
  });

  it('priorities decide what comes first', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true, maxPriority: 5 });
    await session.publish('q', ['low1', 'low2'], { priority: 1 });
    await session.publish('q', ['high'], { priority: 4 });
    await session.restart();
    expect(await session.bodies('q')).toEqual(['high', 'low1', 'low2']);
  });

  it('a message expires when it would have without the restart', async () => {
    const channel = await session.channel();
    await channel.assertQueue('dead', { durable: true });
    await channel.assertQueue('q', {
      durable: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
    });
    await session.publish('q', ['soon'], { expiration: '150' });
    await session.publish('q', ['late'], { expiration: '100000' });
    await session.restart();
    const after = await session.channel();
    await waitFor(
      'the dead letter',
      async () => (await after.checkQueue('dead')).messageCount === 1,
    );
    expect(await session.bodies('q')).toEqual(['late']);
    await session.restart();
    const [dead] = await session.drain('dead');
    expect(dead.properties.headers?.['x-first-death-reason']).toBe('expired');
  });

  it('a dead-lettered message is in one of the two queues, and only there', async () => {
    const channel = await session.channel();
    await channel.assertQueue('dead', { durable: true });
    await channel.assertQueue('q', {
      durable: true,
      maxLength: 2,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
    });
    await session.publish('q', ['1', '2', '3', '4']);
    await session.restart();
    expect(await session.bodies('q')).toEqual(['3', '4']);
    expect(await session.bodies('dead')).toEqual(['1', '2']);
    await session.publish('q', ['5', '6', '7']);
    expect(await session.bodies('q')).toEqual(['6', '7']);
  });

  it('what was committed is there, what was rolled back or left open is not', async () => {
    const channel = await session.channel();
    await channel.assertQueue('q', { durable: true });
    const tx = await session.rawChannel();
    const send = (body: string) =>
      tx.publish(1, '', 'q', Buffer.from(body), { properties: { deliveryMode: 2 } });
    tx.send(1, { name: 'tx.select' });
    await tx.expectMethod(1, 'tx.select-ok');
    send('committed 1');
    send('committed 2');
    tx.send(1, { name: 'tx.commit' });
    await tx.expectMethod(1, 'tx.commit-ok');
    send('rolled back');
    tx.send(1, { name: 'tx.rollback' });
    await tx.expectMethod(1, 'tx.rollback-ok');
    send('open');
    await session.restart();
    expect(await session.bodies('q')).toEqual(['committed 1', 'committed 2']);
  });

  it('a second and a third restart change nothing', async () => {
    await (await session.channel()).assertQueue('q', { durable: true });
    for (const body of ['1', '2', '3']) {
      await session.publish('q', [body]);
      await session.restart();
    }
    expect(await session.bodies('q')).toEqual(['1', '2', '3']);
  });

  it('a single active consumer is served in order', async () => {
    const channel = await session.channel();
    const options = { durable: true, arguments: { 'x-single-active-consumer': true } };
    await channel.assertQueue('q', options);
    await session.publish('q', ['1', '2', '3']);
    await session.restart();
    const after = await session.channel();
    await after.assertQueue('q', options);
    const got: string[][] = [[], []];
    for (const list of got) {
      await after.consume('q', (message) => list.push(String(message?.content)), { noAck: true });
    }
    await waitFor('three deliveries', () => got.flat().length === 3);
    expect(got).toEqual([['1', '2', '3'], []]);
  });
});
