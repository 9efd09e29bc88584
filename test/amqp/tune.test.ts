import { describe, expect, it } from 'vitest';
import { isOracle } from '../support/broker.ts';
import { useBroker } from '../support/session.ts';

describe('connection.tune', () => {
  const session = useBroker();

  it('offers limits that clients can lower', async () => {
    const client = await session.raw();
    const tune = await client.authenticate();
    expect(tune.channelMax).toBeGreaterThan(1);
    expect(tune.frameMax).toBeGreaterThanOrEqual(4096);
    client.send(
      0,
      { name: 'connection.tune-ok', channelMax: 1, frameMax: 4096, heartbeat: 0 },
      { name: 'connection.open', virtualHost: '/' },
    );
    await client.expectMethod(0, 'connection.open-ok');
  });

  it.each([
    ['a frame-max below 4096', { frameMax: 4095 }],
    ['a frame-max above the offer', { frameMax: 0x7fffffff }],
    ['no frame-max where the offer has one', { frameMax: 0 }],
    ['a channel-max above the offer', { channelMax: 65535 }],
    ['no channel-max where the offer has one', { channelMax: 0 }],
  ])('refuses %s', async (_, wish) => {
    const client = await session.raw();
    const { channelMax, frameMax } = await client.authenticate();
    client.send(
      0,
      { name: 'connection.tune-ok', channelMax, frameMax, heartbeat: 0, ...wish },
      { name: 'connection.open', virtualHost: '/' },
    );
    await client.expectRefusal(530);
  });

  it('keeps to the frame-max it agreed on', async () => {
    const client = await session.raw();
    await client.login({ frameMax: 4096 });
    await client.openChannel(1);
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    client.publish(1, '', queue, Buffer.alloc(10_000, 'x'));
    const { frameSizes } = await client.expectDelivery(1);
    expect(frameSizes).toEqual([4088, 4088, 1824]);
  });

  it('ends the connection with 501 for a frame larger than agreed on', async () => {
    const client = await session.raw();
    await client.login({ frameMax: 4096 });
    await client.openChannel(1);
    client.publish(1, '', 'nowhere', Buffer.alloc(5000), { frameMax: 8192 });
    await client.expectConnectionClose(501);
  });

  it('takes a frame exactly as large as agreed on', async () => {
    const client = await session.raw();
    await client.login({ frameMax: 4096 });
    await client.openChannel(1);
    client.publish(1, '', 'nowhere', Buffer.alloc(4088), { frameMax: 4096 });
    await client.expectAlive();
  });

  // OpenAMQ's client of 2009 does so (DMP specification, section 7).
  it.skipIf(isOracle)('takes body frames of which the payload alone is as large', async () => {
    const client = await session.raw();
    await client.login({ frameMax: 4096 });
    await client.openChannel(1);
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    for (const octets of [4096, 10_000]) {
      const body = Buffer.alloc(octets, 'x');
      client.publish(1, '', queue, body, { frameMax: 4096 + 8 });
      const delivery = await client.expectDelivery(1);
      expect(delivery.body.equals(body)).toBe(true);
      expect(Math.max(...delivery.frameSizes)).toBe(4088);
    }
    client.publish(1, '', queue, Buffer.alloc(4097), { frameMax: 4097 + 8 });
    await client.expectConnectionClose(501);
  });

  it('ends the connection with 530 for more channels than agreed on', async () => {
    const client = await session.raw();
    await client.login({ channelMax: 2 });
    await client.openChannel(1);
    await client.openChannel(2);
    client.send(3, { name: 'channel.open' });
    await client.expectConnectionClose(530);
  });
});
