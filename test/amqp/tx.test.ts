import { describe, expect, it } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import { useBroker } from '../support/session.ts';

describe('transactions', () => {
  const session = useBroker();

  async function transacting(): Promise<{ client: RawClient; queue: string }> {
    const client = await session.rawChannel();
    await client.openChannel(2);
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'tx.select' });
    await client.expectMethod(1, 'tx.select-ok');
    return { client, queue };
  }

  async function commit(client: RawClient): Promise<void> {
    client.send(1, { name: 'tx.commit' });
    await client.expectMethod(1, 'tx.commit-ok');
  }

  async function rollback(client: RawClient): Promise<void> {
    client.send(1, { name: 'tx.rollback' });
    await client.expectMethod(1, 'tx.rollback-ok');
  }

  /** Ready messages, as seen by another channel. */
  async function depth(client: RawClient, queue: string): Promise<number> {
    client.send(2, { name: 'queue.declare', queue, passive: true });
    return (await client.expectMethod(2, 'queue.declare-ok')).messageCount;
  }

  async function get(client: RawClient, queue: string): Promise<number> {
    client.send(1, { name: 'basic.get', queue });
    const { deliveryTag } = await client.expectMethod(1, 'basic.get-ok');
    await client.expectContent(1);
    return deliveryTag;
  }

  it('publish at commit and not before', async () => {
    const { client, queue } = await transacting();
    client.publish(1, '', queue, Buffer.from('1'));
    client.publish(1, '', queue, Buffer.from('2'));
    expect(await depth(client, queue)).toBe(0);
    await commit(client);
    expect(await depth(client, queue)).toBe(2);
  });

  it('publish nothing at rollback', async () => {
    const { client, queue } = await transacting();
    client.publish(1, '', queue, Buffer.from('undone'));
    await rollback(client);
    await commit(client);
    expect(await depth(client, queue)).toBe(0);
  });

  it('begin anew after commit and after rollback', async () => {
    const { client, queue } = await transacting();
    client.publish(1, '', queue, Buffer.from('1'));
    await commit(client);
    client.publish(1, '', queue, Buffer.from('2'));
    expect(await depth(client, queue)).toBe(1);
    await rollback(client);
    client.publish(1, '', queue, Buffer.from('3'));
    await commit(client);
    expect(await depth(client, queue)).toBe(2);
  });

  it('acknowledge at commit', async () => {
    const { client, queue } = await transacting();
    client.publish(2, '', queue, Buffer.from('x'));
    await depth(client, queue);
    const deliveryTag = await get(client, queue);
    client.send(1, { name: 'basic.ack', deliveryTag });
    await commit(client);
    client.send(1, { name: 'channel.close', replyCode: 200 });
    await client.expectMethod(1, 'channel.close-ok');
    expect(await depth(client, queue)).toBe(0);
  });

  it('take acknowledgements back at rollback, without redelivery', async () => {
    const { client, queue } = await transacting();
    client.publish(2, '', queue, Buffer.from('x'));
    await depth(client, queue);
    const deliveryTag = await get(client, queue);
    client.send(1, { name: 'basic.ack', deliveryTag });
    await rollback(client);
    expect(await depth(client, queue)).toBe(0);
    client.send(1, { name: 'basic.ack', deliveryTag });
    await commit(client);
    client.send(1, { name: 'channel.close', replyCode: 200 });
    await client.expectMethod(1, 'channel.close-ok');
    expect(await depth(client, queue)).toBe(0);
  });

  it('reject at commit', async () => {
    const { client, queue } = await transacting();
    client.publish(2, '', queue, Buffer.from('x'));
    await depth(client, queue);
    const deliveryTag = await get(client, queue);
    client.send(1, { name: 'basic.reject', deliveryTag, requeue: true });
    expect(await depth(client, queue)).toBe(0);
    await commit(client);
    expect(await depth(client, queue)).toBe(1);
  });

  it('undo what was not committed when the channel closes', async () => {
    const { client, queue } = await transacting();
    client.publish(2, '', queue, Buffer.from('held'));
    await depth(client, queue);
    const deliveryTag = await get(client, queue);
    client.send(1, { name: 'basic.ack', deliveryTag });
    client.publish(1, '', queue, Buffer.from('undone'));
    client.send(1, { name: 'channel.close', replyCode: 200 });
    await client.expectMethod(1, 'channel.close-ok');
    expect(await depth(client, queue)).toBe(1);
  });

  it('return unroutable mandatory messages at commit, before commit-ok', async () => {
    const { client } = await transacting();
    client.publish(1, '', 'nowhere', Buffer.from('x'), { mandatory: true });
    await client.expectAlive();
    client.send(1, { name: 'tx.commit' });
    await client.expectMethod(1, 'basic.return');
    await client.expectContent(1);
    await client.expectMethod(1, 'tx.commit-ok');
  });

  it('do not hold back deliveries', async () => {
    const { client, queue } = await transacting();
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    client.publish(2, '', queue, Buffer.from('x'));
    await client.expectDelivery(1);
  });

  it('may be selected twice', async () => {
    const { client } = await transacting();
    client.send(1, { name: 'tx.select' });
    await client.expectMethod(1, 'tx.select-ok');
  });

  it.each(['tx.commit', 'tx.rollback'] as const)(
    'refuse %s with 406 on a channel without them',
    async (name) => {
      const client = await session.rawChannel();
      client.send(1, { name });
      await client.expectChannelClose(1, 406);
    },
  );
});
