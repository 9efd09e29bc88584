import type { ConfirmChannel, Message } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

/** What the broker has returned on the channel so far. */
function returnsOf(channel: ConfirmChannel): Message[] {
  const returned: Message[] = [];
  channel.on('return', (message) => returned.push(message));
  return returned;
}

describe('mandatory messages', () => {
  const session = useBroker();

  it('come back as 312 NO_ROUTE, whole, when no queue gets them', async () => {
    const channel = await session.confirmChannel();
    const returned = returnsOf(channel);
    send(channel, 'amq.direct', 'nowhere', 'the body', {
      mandatory: true,
      contentType: 'text/plain',
      headers: { mine: 1 },
    });
    await channel.waitForConfirms();
    expect(returned).toMatchObject([
      {
        content: Buffer.from('the body'),
        fields: {
          replyCode: 312,
          replyText: 'NO_ROUTE',
          exchange: 'amq.direct',
          routingKey: 'nowhere',
        },
        properties: { contentType: 'text/plain', headers: { mine: 1 } },
      },
    ]);
  });

  it('do not come back when a queue gets them', async () => {
    const channel = await session.confirmChannel();
    const returned = returnsOf(channel);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'routed', { mandatory: true });
    await channel.waitForConfirms();
    expect(returned).toEqual([]);
    expect(await drainTexts(channel, queue)).toEqual(['routed']);
  });

  it('are the only ones that come back', async () => {
    const channel = await session.confirmChannel();
    const returned = returnsOf(channel);
    send(channel, '', session.name('nowhere'), 'dropped');
    send(channel, '', session.name('nowhere'), 'returned', { mandatory: true });
    await channel.waitForConfirms();
    expect(returned.map((message) => message.content.toString())).toEqual(['returned']);
  });

  it('come back before they are confirmed', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'confirm.select' });
    await client.expectMethod(1, 'confirm.select-ok');
    client.publish(1, '', 'nowhere', Buffer.from('x'), { mandatory: true });
    await client.expectMethod(1, 'basic.return');
    expect(await client.expectContent(1)).toMatchObject({ body: Buffer.from('x') });
    expect(await client.expectMethod(1, 'basic.ack')).toMatchObject({ deliveryTag: 1 });
  });

  it('come back in several frames when they are large', async () => {
    const client = await session.raw();
    await client.login({ frameMax: 4096 });
    await client.openChannel(1);
    const body = Buffer.alloc(9000, 'abc');
    client.publish(1, '', 'nowhere', body, { mandatory: true });
    await client.expectMethod(1, 'basic.return');
    expect((await client.expectContent(1)).body.equals(body)).toBe(true);
  });
});
