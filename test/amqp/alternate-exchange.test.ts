import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('the alternate exchange', () => {
  const session = useBroker();

  it('gets what its exchange routes nowhere, and nothing else', async () => {
    const channel = await session.channel();
    const [main, alternate] = [session.name('main'), session.name('alternate')];
    await channel.assertExchange(alternate, 'fanout');
    await channel.assertExchange(main, 'direct', { alternateExchange: alternate });
    const routed = await channel.assertQueue('', { exclusive: true });
    const unrouted = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(routed.queue, main, 'known');
    await channel.bindQueue(unrouted.queue, alternate, '');
    send(channel, main, 'known', 'to the queue');
    send(channel, main, 'unknown', 'to the alternate');
    expect(await drainTexts(channel, routed.queue)).toEqual(['to the queue']);
    expect(await drainTexts(channel, unrouted.queue)).toEqual(['to the alternate']);
  });

  it('keeps the routing key and shows the original exchange', async () => {
    const channel = await session.channel();
    const [main, alternate] = [session.name('main'), session.name('alternate')];
    await channel.assertExchange(alternate, 'direct');
    await channel.assertExchange(main, 'direct', { alternateExchange: alternate });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, alternate, 'key');
    send(channel, main, 'key', 'x');
    expect(await channel.get(queue, { noAck: true })).toMatchObject({
      fields: { exchange: main, routingKey: 'key' },
    });
  });

  it('may have an alternate exchange of its own', async () => {
    const channel = await session.channel();
    const [first, second, third] = [session.name('1'), session.name('2'), session.name('3')];
    await channel.assertExchange(third, 'fanout');
    await channel.assertExchange(second, 'direct', { alternateExchange: third });
    await channel.assertExchange(first, 'direct', { alternateExchange: second });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, third, '');
    send(channel, first, 'nowhere', 'x');
    expect(await drainTexts(channel, queue)).toEqual(['x']);
  });

  it('may form a cycle without sending anything twice', async () => {
    const channel = await session.channel();
    const [first, second] = [session.name('1'), session.name('2')];
    await channel.assertExchange(first, 'direct', { alternateExchange: second });
    await channel.assertExchange(second, 'direct', { alternateExchange: first });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, second, 'key');
    send(channel, first, 'key', 'once');
    send(channel, first, 'nowhere', 'dropped');
    expect(await drainTexts(channel, queue)).toEqual(['once']);
  });

  it('drops what it cannot route when it does not exist', async () => {
    const channel = await session.channel();
    const main = session.name('main');
    await channel.assertExchange(main, 'direct', { alternateExchange: session.name('missing') });
    send(channel, main, 'nowhere', 'x');
    await channel.checkExchange(main);
  });

  it('makes a mandatory message routed when it finds a queue', async () => {
    const channel = await session.confirmChannel();
    const [main, alternate] = [session.name('main'), session.name('alternate')];
    await channel.assertExchange(alternate, 'fanout');
    await channel.assertExchange(main, 'direct', { alternateExchange: alternate });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, alternate, '');
    const returned: string[] = [];
    channel.on('return', (message) => returned.push(message.content.toString()));
    send(channel, main, 'nowhere', 'caught', { mandatory: true });
    await channel.unbindQueue(queue, alternate, '');
    send(channel, main, 'nowhere', 'returned', { mandatory: true });
    await channel.waitForConfirms();
    expect(returned).toEqual(['returned']);
  });
});
