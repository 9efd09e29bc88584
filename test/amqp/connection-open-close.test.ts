import { describe, expect, it } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { useBroker } from '../support/session.ts';

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
