import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { drainTexts, send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('the delivery-mode property', () => {
  const session = useBroker();

  it.each([1, 2])('may be %d', async (deliveryMode) => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x', { deliveryMode });
    expect(await channel.get(queue)).toMatchObject({ properties: { deliveryMode } });
  });

  it.skipIf(isOracle)('closes the channel with 406 when it is 0', async () => {
    const client = await session.rawChannel();
    client.publish(1, '', 'anywhere', Buffer.from('x'), { properties: { deliveryMode: 0 } });
    await client.expectChannelClose(1, 406);
  });
});

describe('properties that nobody knows', () => {
  const session = useBroker();

  it('pass through with all types of header values', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const headers = {
      bool: true,
      byte: { '!': 'int8', value: -5 },
      short: { '!': 'int16', value: -500 },
      int: 123456,
      long: { '!': 'int64', value: 1234567890123 },
      double: 1.5,
      decimal: { '!': 'decimal', value: { places: 2, digits: 314 } },
      text: 'ünïcödé',
      octets: Buffer.from([0, 1, 2, 255]),
      time: { '!': 'timestamp', value: 1234567890 },
      list: [1, 'two', [3], { four: 4 }],
      table: { nested: { deeper: 'still' } },
      nothing: null,
    };
    send(channel, '', queue, 'x', { headers });
    const message = await channel.get(queue);
    expect(message !== false && message.properties.headers).toEqual({
      ...headers,
      byte: -5,
      short: -500,
      long: 1234567890123,
    });
  });

  it('leave the order of messages alone', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (let i = 0; i < 50; i++) send(channel, '', queue, `${i}`, i % 2 ? { appId: 'a' } : {});
    expect(await drainTexts(channel, queue)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
  });
});
