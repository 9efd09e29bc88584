import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { useBroker } from '../support/session.ts';

describe.skipIf(isOracle)('immediate messages (RabbitMQ answers 540 to them)', () => {
  const session = useBroker();

  it('come back as 313 NO_CONSUMERS when no consumer can take them at once', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.publish(1, '', queue, Buffer.from('x'), { immediate: true });
    expect(await client.expectMethod(1, 'basic.return')).toMatchObject({
      replyCode: 313,
      replyText: 'NO_CONSUMERS',
      exchange: '',
      routingKey: queue,
    });
    await client.expectContent(1);
    client.send(1, { name: 'basic.get', queue, noAck: true });
    await client.expectMethod(1, 'basic.get-empty');
  });

  it('are delivered when a consumer can take them at once', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    client.publish(1, '', queue, Buffer.from('x'), { immediate: true });
    expect(await client.expectDelivery(1)).toMatchObject({ body: Buffer.from('x') });
  });
});
