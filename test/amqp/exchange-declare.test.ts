import { describe, expect, it } from 'vitest';
import { drainTexts } from '../support/inbox.ts';
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

describe('internal exchanges', () => {
  const session = useBroker();

  it('refuse with 403 what a client publishes to them', async () => {
    const channel = await session.channel();
    const name = session.name('internal');
    await channel.assertExchange(name, 'fanout', { internal: true });
    channel.publish(name, '', Buffer.from('x'));
    expect(await session.failureOf(channel)).toMatchObject({ code: 403 });
  });

  it('route what another exchange passes on to them', async () => {
    const channel = await session.channel();
    const [outer, inner] = [session.name('outer'), session.name('inner')];
    await channel.assertExchange(outer, 'fanout');
    await channel.assertExchange(inner, 'fanout', { internal: true });
    await channel.bindExchange(inner, outer, '');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, inner, '');
    channel.publish(outer, '', Buffer.from('passed on'));
    expect(await drainTexts(channel, queue)).toEqual(['passed on']);
  });
});

describe('deleting exchanges', () => {
  const session = useBroker();

  it('removes the exchange and its bindings', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const name = session.name('exchange');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.assertExchange(name, 'fanout');
    await channel.bindQueue(queue, name, '');
    await channel.deleteExchange(name);
    await channel.assertExchange(name, 'fanout');
    channel.publish(name, '', Buffer.from('x'));
    expect(await channel.get(queue)).toBe(false);
    await channel.deleteExchange(name);
    await expect(channel.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it('succeeds for an exchange that does not exist', async () => {
    const channel = await session.channel();
    await channel.deleteExchange(session.name('never-declared'));
  });

  it('refuses with 406 to delete an exchange in use, if-unused being set', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const name = session.name('exchange');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.assertExchange(name, 'fanout');
    await channel.bindQueue(queue, name, '');
    await expect(channel.deleteExchange(name, { ifUnused: true })).rejects.toMatchObject({
      code: 406,
    });
    const second = await session.channel(connection);
    await second.unbindQueue(queue, name, '');
    await second.deleteExchange(name, { ifUnused: true });
    await expect(second.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it.each(['amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers', 'amq.match'])(
    'refuses with 403 to delete %s',
    async (name) => {
      const channel = await session.channel();
      await expect(channel.deleteExchange(name)).rejects.toMatchObject({ code: 403 });
    },
  );
});

describe('auto-delete exchanges', () => {
  const session = useBroker();

  it('live until their last binding goes', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const name = session.name('exchange');
    await channel.assertExchange(name, 'direct', { autoDelete: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, name, 'one');
    await channel.bindQueue(queue, name, 'two');
    await channel.unbindQueue(queue, name, 'one');
    await channel.checkExchange(name);
    await channel.unbindQueue(queue, name, 'two');
    await expect(channel.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it('stay while they never had a binding', async () => {
    const channel = await session.channel();
    const name = session.name('exchange');
    await channel.assertExchange(name, 'direct', { autoDelete: true });
    channel.publish(name, '', Buffer.from('x'));
    await channel.checkExchange(name);
  });

  it('go when the last bound queue is deleted', async () => {
    const channel = await session.channel();
    const name = session.name('exchange');
    await channel.assertExchange(name, 'fanout', { autoDelete: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, name, '');
    await channel.deleteQueue(queue);
    await expect(channel.checkExchange(name)).rejects.toMatchObject({ code: 404 });
  });

  it('go when the last exchange bound to them is deleted, and so on down the chain', async () => {
    const connection = await session.connect();
    const channel = await session.channel(connection);
    const [outer, middle] = [session.name('outer'), session.name('middle')];
    const inner = session.name('inner');
    await channel.assertExchange(outer, 'fanout', { autoDelete: true });
    await channel.assertExchange(middle, 'fanout', { autoDelete: true });
    await channel.assertExchange(inner, 'fanout');
    await channel.bindExchange(middle, outer, '');
    await channel.bindExchange(inner, middle, '');
    await channel.deleteExchange(inner);
    await expect(channel.checkExchange(middle)).rejects.toMatchObject({ code: 404 });
    const second = await session.channel(connection);
    await expect(second.checkExchange(outer)).rejects.toMatchObject({ code: 404 });
  });
});
