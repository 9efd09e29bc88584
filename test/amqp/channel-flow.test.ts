import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { useBroker } from '../support/session.ts';

describe('channel.flow', () => {
  const session = useBroker();

  it('is answered with the state asked for', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'channel.flow', active: true });
    expect(await client.expectMethod(1, 'channel.flow-ok')).toMatchObject({ active: true });
  });

  describe.skipIf(isOracle)('from the client (RabbitMQ answers 540 to active = false)', () => {
    it('stops deliveries to that channel, and nothing else, until it is active again', async () => {
      const client = await session.rawChannel();
      await client.openChannel(2);
      const queue = await client.declareQueue(1);
      client.send(1, { name: 'basic.consume', queue, consumerTag: 'stopped', noAck: true });
      await client.expectMethod(1, 'basic.consume-ok');
      client.send(1, { name: 'channel.flow', active: false });
      expect(await client.expectMethod(1, 'channel.flow-ok')).toMatchObject({ active: false });
      client.publish(2, '', queue, Buffer.from('waits'));
      await client.expectAlive();
      client.send(2, { name: 'queue.declare', queue, passive: true });
      expect(await client.expectMethod(2, 'queue.declare-ok')).toMatchObject({ messageCount: 1 });
      client.send(1, { name: 'channel.flow', active: true });
      await client.expectMethod(1, 'channel.flow-ok');
      expect(await client.expectDelivery(1)).toMatchObject({ body: Buffer.from('waits') });
    });

    it('lets a get through, and lets other channels consume what the stopped one cannot', async () => {
      const client = await session.rawChannel();
      await client.openChannel(2);
      const queue = await client.declareQueue(1);
      client.send(1, { name: 'basic.consume', queue, noAck: true });
      await client.expectMethod(1, 'basic.consume-ok');
      client.send(1, { name: 'channel.flow', active: false });
      await client.expectMethod(1, 'channel.flow-ok');
      client.publish(1, '', queue, Buffer.from('got'));
      client.send(1, { name: 'basic.get', queue, noAck: true });
      await client.expectMethod(1, 'basic.get-ok');
      expect(await client.expectContent(1)).toMatchObject({ body: Buffer.from('got') });
      client.send(2, { name: 'basic.consume', queue, noAck: true });
      await client.expectMethod(2, 'basic.consume-ok');
      client.publish(1, '', queue, Buffer.from('consumed'));
      expect(await client.expectDelivery(2)).toMatchObject({ body: Buffer.from('consumed') });
    });
  });
});
