import { describe, expect, it } from 'vitest';
import { consume, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('a queue with a single active consumer', () => {
  const session = useBroker();
  const options = { exclusive: true, arguments: { 'x-single-active-consumer': true } };

  it('delivers everything to the consumer that came first', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', options);
    const first = await consume(channel, queue, { noAck: true });
    const second = await consume(channel, queue, { noAck: true });
    for (let i = 0; i < 10; i++) send(channel, '', queue, `${i}`);
    await first.received(10);
    expect(second.texts()).toEqual([]);
  });

  it('goes on with the next consumer when the first is cancelled', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', options);
    const first = await consume(channel, queue, { noAck: true });
    const second = await consume(channel, queue, { noAck: true });
    const third = await consume(channel, queue, { noAck: true });
    send(channel, '', queue, '1');
    await first.received(1);
    await channel.cancel(first.consumerTag);
    send(channel, '', queue, '2');
    await second.received(1);
    expect([first.texts(), second.texts(), third.texts()]).toEqual([['1'], ['2'], []]);
  });

  it('goes on with the next consumer when the connection of the first ends', async () => {
    const channel = await session.channel();
    const queue = session.name('queue');
    await channel.assertQueue(queue, { arguments: options.arguments });
    const client = await session.rawChannel();
    client.send(1, { name: 'basic.consume', queue });
    await client.expectMethod(1, 'basic.consume-ok');
    const inbox = await consume(channel, queue);
    send(channel, '', queue, 'taken over');
    await client.expectDelivery(1);
    client.destroy();
    expect(await inbox.message(0)).toMatchObject({ fields: { redelivered: true } });
  });

  it('waits for the active consumer even when it is full', async () => {
    const connection = await session.connect();
    const firstChannel = await session.channel(connection);
    await firstChannel.prefetch(1);
    const { queue } = await firstChannel.assertQueue('', options);
    const first = await consume(firstChannel, queue);
    const second = await consume(await session.channel(connection), queue, { noAck: true });
    for (const text of ['1', '2', '3']) send(firstChannel, '', queue, text);
    for (let i = 0; i < 3; i++) firstChannel.ack(await first.message(i));
    expect(first.texts()).toEqual(['1', '2', '3']);
    expect(second.texts()).toEqual([]);
  });

  it('refuses an exclusive consumer with 403', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', options);
    await expect(consume(channel, queue, { exclusive: true })).rejects.toMatchObject({ code: 403 });
  });
});
