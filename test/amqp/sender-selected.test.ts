import { describe, expect, it } from 'vitest';
import { drainTexts, send, take } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('CC and BCC headers', () => {
  const session = useBroker();

  it('add routing keys to the one in basic.publish', async () => {
    const channel = await session.channel();
    const queues: string[] = [];
    for (let i = 0; i < 4; i++) {
      queues.push((await channel.assertQueue('', { exclusive: true })).queue);
    }
    const [to = '', cc1 = '', cc2 = '', bcc = ''] = queues;
    send(channel, '', to, 'x', { CC: [cc1, cc2], BCC: bcc });
    for (const queue of queues) expect(await drainTexts(channel, queue)).toEqual(['x']);
  });

  it('deliver one copy to a queue that is named several times', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'once', { CC: [queue, queue], BCC: [queue] });
    expect(await drainTexts(channel, queue)).toEqual(['once']);
  });

  it('show CC to the receivers and hide BCC', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const headers = { CC: ['copy'], BCC: ['hidden'], other: 'kept' };
    send(channel, '', queue, 'x', { headers });
    const message = await take(channel, queue);
    expect(message.properties.headers).toEqual({ CC: ['copy'], other: 'kept' });
    expect(message.fields.routingKey).toBe(queue);
  });

  it('work with topic exchanges too', async () => {
    const channel = await session.channel();
    const exchange = session.name('topic');
    await channel.assertExchange(exchange, 'topic');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, 'copies.#');
    send(channel, exchange, 'original', 'x', { CC: ['copies.one'] });
    send(channel, exchange, 'original', 'not routed', { CC: ['other'] });
    expect(await drainTexts(channel, queue)).toEqual(['x']);
  });

  it('make a mandatory message routed', async () => {
    const channel = await session.confirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    let returned = 0;
    channel.on('return', () => returned++);
    send(channel, '', 'nowhere', 'x', { BCC: [queue], mandatory: true });
    await channel.waitForConfirms();
    expect(returned).toBe(0);
  });

  it.each(['CC', 'BCC'])('close the channel with 406 when %s is not an array', async (header) => {
    const channel = await session.channel();
    send(channel, '', 'anywhere', 'x', { headers: { [header]: 'text' } });
    expect(await session.failureOf(channel)).toMatchObject({ code: 406 });
  });
});
