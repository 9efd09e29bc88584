import { describe, expect, it } from 'vitest';
import { drainTexts, send } from '../support/inbox.ts';
import type { RawClient } from '../support/raw-client.ts';
import { useBroker } from '../support/session.ts';

describe('publisher confirms', () => {
  const session = useBroker();

  async function confirming(): Promise<RawClient> {
    const client = await session.rawChannel();
    client.send(1, { name: 'confirm.select' });
    await client.expectMethod(1, 'confirm.select-ok');
    return client;
  }

  /** Reads acks until all tags up to `count` are confirmed; each tag must be confirmed once. */
  async function expectConfirmed(client: RawClient, count: number): Promise<void> {
    const open = new Set(Array.from({ length: count }, (_, i) => i + 1));
    while (open.size > 0) {
      const { deliveryTag, multiple } = await client.expectMethod(1, 'basic.ack');
      if (!open.has(deliveryTag)) throw new Error(`unexpected or repeated tag ${deliveryTag}`);
      for (const tag of open) {
        if (tag === deliveryTag || (multiple && tag < deliveryTag)) open.delete(tag);
      }
    }
  }

  it('acknowledge every message once, counting from 1', async () => {
    const client = await confirming();
    const queue = await client.declareQueue(1);
    for (let i = 0; i < 1000; i++) client.publish(1, '', queue, Buffer.from('x'));
    await expectConfirmed(client, 1000);
    client.send(1, { name: 'queue.purge', queue });
    expect(await client.expectMethod(1, 'queue.purge-ok')).toMatchObject({ messageCount: 1000 });
  });

  it('acknowledge what is routed nowhere', async () => {
    const client = await confirming();
    client.publish(1, '', 'nowhere', Buffer.from('x'));
    await expectConfirmed(client, 1);
  });

  it('acknowledge a message that goes to several queues once', async () => {
    const client = await confirming();
    const exchange = session.name('fanout');
    client.send(1, { name: 'exchange.declare', exchange, type: 'fanout', autoDelete: true });
    await client.expectMethod(1, 'exchange.declare-ok');
    for (let i = 0; i < 3; i++) {
      const queue = await client.declareQueue(1);
      client.send(1, { name: 'queue.bind', queue, exchange });
      await client.expectMethod(1, 'queue.bind-ok');
    }
    client.publish(1, exchange, '', Buffer.from('x'));
    await expectConfirmed(client, 1);
    await client.expectAlive();
  });

  it('count on each channel for itself', async () => {
    const client = await confirming();
    await client.openChannel(2);
    client.send(2, { name: 'confirm.select' });
    await client.expectMethod(2, 'confirm.select-ok');
    client.publish(1, '', 'nowhere', Buffer.from('x'));
    expect(await client.expectMethod(1, 'basic.ack')).toMatchObject({ deliveryTag: 1 });
    client.publish(2, '', 'nowhere', Buffer.from('x'));
    expect(await client.expectMethod(2, 'basic.ack')).toMatchObject({ deliveryTag: 1 });
  });

  it('start with the first message after confirm.select', async () => {
    const client = await session.rawChannel();
    client.publish(1, '', 'nowhere', Buffer.from('before'));
    client.send(1, { name: 'confirm.select', nowait: true });
    client.publish(1, '', 'nowhere', Buffer.from('after'));
    expect(await client.expectMethod(1, 'basic.ack')).toMatchObject({ deliveryTag: 1 });
    await client.expectAlive();
  });

  it('may be asked for twice', async () => {
    const client = await confirming();
    client.publish(1, '', 'nowhere', Buffer.from('x'));
    await expectConfirmed(client, 1);
    client.send(1, { name: 'confirm.select' });
    await client.expectMethod(1, 'confirm.select-ok');
    client.publish(1, '', 'nowhere', Buffer.from('x'));
    expect(await client.expectMethod(1, 'basic.ack')).toMatchObject({ deliveryTag: 2 });
  });

  it('are sent only once the message is in its queue', async () => {
    const connection = await session.connect();
    const publisher = await session.confirmChannel(connection);
    const reader = await session.channel(connection);
    const { queue } = await reader.assertQueue('', { exclusive: true });
    for (let i = 0; i < 20; i++) {
      send(publisher, '', queue, `${i}`);
      await publisher.waitForConfirms();
      expect(await drainTexts(reader, queue)).toEqual([`${i}`]);
    }
  });

  it('come in front of the answer when the channel is closed right behind the messages', async () => {
    const client = await confirming();
    client.publish(1, '', 'nowhere', Buffer.from('x'));
    client.send(1, { name: 'channel.close', replyCode: 200 });
    expect(await client.expectMethod(1, 'basic.ack')).toMatchObject({ deliveryTag: 1 });
    await client.expectMethod(1, 'channel.close-ok');
    await client.expectAlive();
  });

  it('are refused with 406 on a channel with transactions, and the other way round', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'tx.select' });
    await client.expectMethod(1, 'tx.select-ok');
    client.send(1, { name: 'confirm.select' });
    await client.expectChannelClose(1, 406);
    await client.openChannel(1);
    client.send(1, { name: 'confirm.select' });
    await client.expectMethod(1, 'confirm.select-ok');
    client.send(1, { name: 'tx.select' });
    await client.expectChannelClose(1, 406);
  });
});
