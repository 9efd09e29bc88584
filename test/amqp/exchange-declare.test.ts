import { describe, expect, it } from 'vitest';
import { useBroker } from '../support/session.ts';

describe('declaring exchanges', () => {
  const session = useBroker();

  it('creates an exchange that a passive declaration then finds', async () => {
    const channel = await session.channel();
    const name = session.name('exchange');
    await channel.assertExchange(name, 'topic', { durable: true });
    await channel.checkExchange(name);
  });

  it('answers a passive declaration of an unknown exchange with 404 on the channel', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const name = session.name('exchange');
    await expect(channel.checkExchange(name)).rejects.toMatchObject({
      code: 404,
      message: expect.stringContaining(`NOT_FOUND - no exchange '${name}' in vhost '/'`),
    });
    await session.channel(connection);
  });

  it('is idempotent when everything is equal', async () => {
    const channel = await session.channel();
    const name = session.name('exchange');
    const options = { durable: false, autoDelete: true, arguments: { 'x-anything': 'kept' } };
    await channel.assertExchange(name, 'direct', options);
    await channel.assertExchange(name, 'direct', options);
  });

  it.each([
    ['type', 'fanout', {}],
    ['durability', 'direct', { durable: false }],
    ['auto-delete', 'direct', { autoDelete: true }],
    ['internal', 'direct', { internal: true }],
    ['alternate exchange', 'direct', { alternateExchange: 'amq.fanout' }],
  ])('refuses with 406 to redeclare with another %s', async (_, type, options) => {
    const channel = await session.channel();
    const name = session.name('exchange');
    await channel.assertExchange(name, 'direct');
    await expect(channel.assertExchange(name, type, options)).rejects.toMatchObject({
      code: 406,
      message: expect.stringContaining('inequivalent arg'),
    });
  });

  it('names the argument, the exchange and both values when it refuses a redeclaration', async () => {
    const channel = await session.channel();
    const name = session.name('exchange');
    await channel.assertExchange(name, 'direct');
    await expect(channel.assertExchange(name, 'fanout')).rejects.toThrow(
      `PRECONDITION_FAILED - inequivalent arg 'type' for exchange '${name}' in vhost '/': ` +
        `received 'fanout' but current is 'direct'`,
    );
  });

  it('ignores type and flags in a passive declaration', async () => {
    const client = await session.rawChannel();
    const name = session.name('exchange');
    client.send(
      1,
      { name: 'exchange.declare', exchange: name, type: 'direct', durable: true },
      { name: 'exchange.declare', exchange: name, type: 'fanout', passive: true, internal: true },
    );
    await client.expectMethod(1, 'exchange.declare-ok');
    await client.expectMethod(1, 'exchange.declare-ok');
  });

  it('sends no answer when nowait is set', async () => {
    const client = await session.rawChannel();
    const name = session.name('exchange');
    client.send(
      1,
      { name: 'exchange.declare', exchange: name, type: 'direct', nowait: true },
      { name: 'exchange.declare', exchange: name, passive: true },
    );
    await client.expectMethod(1, 'exchange.declare-ok');
    await client.expectAlive();
  });

  it('closes the connection with 503 for an unknown exchange type', async () => {
    const client = await session.rawChannel();
    client.send(1, {
      name: 'exchange.declare',
      exchange: session.name('exchange'),
      type: 'x-none',
    });
    const close = await client.expectConnectionClose(503);
    expect(close.replyText).toContain("COMMAND_INVALID - unknown exchange type 'x-none'");
  });

  it('refuses with 403 to create an exchange whose name begins with amq.', async () => {
    const channel = await session.channel();
    await expect(channel.assertExchange('amq.mine', 'direct')).rejects.toMatchObject({ code: 403 });
  });

  it.each([
    ['amq.direct', 'direct'],
    ['amq.fanout', 'fanout'],
    ['amq.topic', 'topic'],
    ['amq.headers', 'headers'],
    ['amq.match', 'headers'],
  ])('has %s from the start and lets it be redeclared as it is', async (name, type) => {
    const channel = await session.channel();
    await channel.checkExchange(name);
    await channel.assertExchange(name, type, { durable: true });
  });

  it('refuses with 406 to redeclare amq.direct as something else', async () => {
    const channel = await session.channel();
    await expect(channel.assertExchange('amq.direct', 'topic')).rejects.toMatchObject({
      code: 406,
    });
  });

  it('refuses with 403 to declare or delete the default exchange', async () => {
    const client = await session.raw();
    await client.login();
    await client.openChannel(1);
    client.send(1, { name: 'exchange.declare', exchange: '', type: 'direct', durable: true });
    await client.expectChannelClose(1, 403);
    await client.openChannel(1);
    client.send(1, { name: 'exchange.delete', exchange: '' });
    await client.expectChannelClose(1, 403);
  });
});
