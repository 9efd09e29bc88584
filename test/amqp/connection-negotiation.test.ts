import { describe, expect, it } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { isOracle } from '../support/broker.ts';
import { useBroker } from '../support/session.ts';

describe('version negotiation', () => {
  const session = useBroker();

  it('starts with version 0-9 of the dialogue when the header is right', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    expect(await client.expectMethod(0, 'connection.start')).toMatchObject({
      versionMajor: 0,
      versionMinor: 9,
    });
  });

  it('takes the header octet by octet', async () => {
    const client = await session.raw();
    for (const octet of PROTOCOL_HEADER) await client.writeFully(Buffer.from([octet]));
    await client.expectMethod(0, 'connection.start');
  });

  it.each([
    ['another revision', Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 9])],
    ['a far version', Buffer.from([0x41, 0x4d, 0x51, 0x50, 9, 9, 9, 9])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['TLS', Buffer.from('160301020001000', 'latin1')],
    ['zeros', Buffer.alloc(8)],
  ])('answers %s with the right header and ends the connection', async (_, octets) => {
    const client = await session.raw();
    client.write(octets);
    expect(await client.nextOctets(PROTOCOL_HEADER.length)).toEqual(PROTOCOL_HEADER);
    await client.expectEnd();
  });
});

describe('connection.start', () => {
  const session = useBroker();

  it('offers PLAIN and AMQPLAIN and the locale en_US', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const start = await client.expectMethod(0, 'connection.start');
    expect(start.mechanisms.toString().split(' ')).toEqual(
      expect.arrayContaining(['PLAIN', 'AMQPLAIN']),
    );
    expect(start.locales.toString().split(' ')).toContain('en_US');
  });

  it('tells the capabilities that clients look for', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const { serverProperties } = await client.expectMethod(0, 'connection.start');
    expect(serverProperties.capabilities).toMatchObject({
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      'basic.nack': true,
      consumer_cancel_notify: true,
      'connection.blocked': true,
      per_consumer_qos: true,
      direct_reply_to: true,
      consumer_priorities: true,
      authentication_failure_close: true,
    });
  });

  it.skipIf(isOracle)('names product, version and Direct Mode', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const { serverProperties } = await client.expectMethod(0, 'connection.start');
    expect(serverProperties).toMatchObject({
      product: 'DirectMQ',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      direct: 0,
    });
  });
});

describe.skipIf(isOracle)('the identity of the broker (option not settable on an oracle)', () => {
  const session = useBroker({ identity: 'rabbitmq:3.13.7' });

  it('is that of a RabbitMQ of the version asked for', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    const { serverProperties } = await client.expectMethod(0, 'connection.start');
    expect(serverProperties).toMatchObject({ product: 'RabbitMQ', version: '3.13.7' });
  });
});

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

  it('ends the connection with 530 for more channels than agreed on', async () => {
    const client = await session.raw();
    await client.login({ channelMax: 2 });
    await client.openChannel(1);
    await client.openChannel(2);
    client.send(3, { name: 'channel.open' });
    await client.expectConnectionClose(530);
  });
});

describe('connection.open and close', () => {
  const session = useBroker();

  it('refuses an unknown virtual host with 530', async () => {
    const client = await session.raw();
    const { channelMax, frameMax } = await client.authenticate();
    client.send(
      0,
      { name: 'connection.tune-ok', channelMax, frameMax, heartbeat: 0 },
      { name: 'connection.open', virtualHost: 'no-such-host' },
    );
    const close = await client.expectConnectionClose(530);
    expect(close.replyText).toContain('no-such-host');
  });

  it('takes the whole dialogue in one write, without waiting for the answers', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    client.send(0, {
      name: 'connection.start-ok',
      mechanism: 'PLAIN',
      response: Buffer.from('\0guest\0guest'),
      locale: 'en_US',
    });
    client.send(0, { name: 'connection.tune-ok', channelMax: 10, frameMax: 8192, heartbeat: 0 });
    client.send(0, { name: 'connection.open', virtualHost: '/' });
    client.send(1, { name: 'channel.open' });
    await client.expectMethod(0, 'connection.start');
    await client.expectMethod(0, 'connection.tune');
    await client.expectMethod(0, 'connection.open-ok');
    await client.expectMethod(1, 'channel.open-ok');
  });

  it('answers connection.close', async () => {
    const client = await session.raw();
    await client.login();
    client.send(0, { name: 'connection.close', replyCode: 200, replyText: 'bye' });
    await client.expectMethod(0, 'connection.close-ok');
  });

  it('ends the connection when it is opened twice', async () => {
    const client = await session.raw();
    await client.login();
    client.send(0, { name: 'connection.open', virtualHost: '/' });
    await client.expectConnectionClose(503, 504);
  });

  it('ignores everything but close-ok once it has closed the connection', async () => {
    const client = await session.rawChannel();
    client.send(1, { name: 'exchange.declare', exchange: 'x', type: 'no-such-type' });
    await client.expectMethod(0, 'connection.close');
    client.send(1, { name: 'queue.declare', queue: '' });
    client.send(2, { name: 'channel.open' });
    client.send(0, { name: 'connection.close-ok' });
    await client.expectEnd();
  });
});
