import { describe, expect, it } from 'vitest';
import { consume, drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('cancelling a consumer', () => {
  const session = useBroker();

  it('ends its deliveries and leaves the messages to others', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, 'delivered');
    await inbox.received(1);
    await channel.cancel(inbox.consumerTag);
    send(channel, '', queue, 'left');
    expect(await drainTexts(channel, queue)).toEqual(['left']);
    expect(inbox.texts()).toEqual(['delivered']);
  });

  it('leaves what it holds unacknowledged, to be acknowledged later', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue);
    send(channel, '', queue, 'held');
    const message = await inbox.message(0);
    await channel.cancel(inbox.consumerTag);
    expect(await drainTexts(channel, queue)).toEqual([]);
    channel.nack(message);
    expect(await drainTexts(channel, queue)).toEqual(['held']);
  });

  it('succeeds for a consumer that does not exist', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.cancel', consumerTag: 'never' });
    expect(await client.expectMethod(1, 'basic.cancel-ok')).toMatchObject({ consumerTag: 'never' });
  });

  it('sends no answer when nowait is set', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'c' });
    await client.expectMethod(1, 'basic.consume-ok');
    client.send(
      1,
      { name: 'basic.cancel', consumerTag: 'c', nowait: true },
      { name: 'queue.declare', queue, passive: true },
    );
    expect(await client.expectMethod(1, 'queue.declare-ok')).toMatchObject({ consumerCount: 0 });
  });
});

describe('consumer cancellation by the broker', () => {
  const session = useBroker();

  it('tells the consumer when its queue is deleted', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const inbox = await consume(channel, queue);
    await (await session.channel(connection)).deleteQueue(queue);
    await waitFor('the cancellation', () => inbox.cancelled);
  });

  it('tells the consumer when its queue expires by the end of its owner', async () => {
    const channel = await session.channel();
    const queue = session.name('queue');
    await channel.assertQueue(queue, { autoDelete: true });
    const inbox = await consume(channel, queue);
    await (await session.channel()).deleteQueue(queue);
    await waitFor('the cancellation', () => inbox.cancelled);
  });

  it('is not told to a client without that capability', async () => {
    const client = await session.raw();
    await client.login({ clientProperties: {} });
    await client.openChannel(1);
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue });
    await client.expectMethod(1, 'basic.consume-ok');
    client.send(1, { name: 'queue.delete', queue });
    await client.expectMethod(1, 'queue.delete-ok');
    await client.expectAlive();
  });

  it('is told with the tag, and nowait, to a client with that capability', async () => {
    const client = await session.raw();
    await client.login({ clientProperties: { capabilities: { consumer_cancel_notify: true } } });
    await client.openChannel(1);
    await client.openChannel(2);
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, consumerTag: 'c' });
    await client.expectMethod(1, 'basic.consume-ok');
    client.send(1, { name: 'queue.delete', queue, nowait: true });
    expect(await client.expectMethod(1, 'basic.cancel')).toMatchObject({
      consumerTag: 'c',
      nowait: true,
    });
  });
});
