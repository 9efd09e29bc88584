import { describe, expect, it } from 'vitest';
import { consume, send, texts } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('recovering', () => {
  const session = useBroker();

  it('requeues all that the channel holds, marked as redelivered', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const text of ['1', '2']) send(channel, '', queue, text);
    const inbox = await consume(channel, queue);
    await inbox.received(2);
    await channel.recover();
    const messages = await inbox.received(4);
    expect(texts(messages)).toEqual(['1', '2', '1', '2']);
    expect(messages.map((message) => message.fields.redelivered)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('works asynchronously too, without an answer', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.publish(1, '', queue, Buffer.from('x'));
    client.send(1, { name: 'basic.get', queue });
    await client.expectMethod(1, 'basic.get-ok');
    await client.expectContent(1);
    client.send(1, { name: 'basic.recover-async', requeue: true });
    client.send(1, { name: 'basic.get', queue });
    expect(await client.expectMethod(1, 'basic.get-ok')).toMatchObject({ redelivered: true });
  });

  it('without requeue is refused with 540', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.recover', requeue: false });
    await client.expectConnectionClose(540);
  });
});
