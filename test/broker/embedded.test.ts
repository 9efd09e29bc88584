import { readdirSync } from 'node:fs';
import { connect } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { Broker } from '../../src/broker.ts';
import { waitFor } from '../support/wait-for.ts';

/** Descriptors that this process has open. */
function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Publishes one message to a queue of its own and returns what comes out of it. */
async function roundTrip(url: string, text: string): Promise<string> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  channel.sendToQueue(queue, Buffer.from(text));
  const message = await channel.get(queue, { noAck: true });
  await connection.close();
  return message === false ? '' : message.content.toString();
}

describe('a broker inside a program', () => {
  it('is reachable at its url as soon as it has started', async () => {
    const broker = await Broker.start({ port: 0 });
    expect(await roundTrip(broker.url, 'hello')).toBe('hello');
    await broker.stop();
  });

  it('shares nothing with others in the same process', async () => {
    const brokers = await Promise.all([0, 1, 2].map(() => Broker.start({ port: 0 })));
    const connections = await Promise.all(brokers.map(({ url }) => connect(url)));
    const channels = await Promise.all(connections.map((each) => each.createChannel()));
    for (const [number, channel] of channels.entries()) {
      await channel.assertQueue('same name');
      channel.sendToQueue('same name', Buffer.from(`of ${number}`));
    }
    for (const [number, channel] of channels.entries()) {
      const message = await channel.get('same name', { noAck: true });
      expect(message === false ? null : message.content.toString()).toBe(`of ${number}`);
      expect(await channel.get('same name')).toBe(false);
    }
    await Promise.all(connections.map((each) => each.close()));
    await Promise.all(brokers.map((each) => each.stop()));
  });

  it.each([
    { shards: 0, writers: 0 },
    { shards: 2, writers: 1 },
  ])('leaves no descriptor behind when it has stopped, with $shards shards', async (options) => {
    await (await Broker.start({ port: 0, ...options })).stop();
    const before = openDescriptors();
    for (let round = 0; round < 5; round++) {
      const broker = await Broker.start({ port: 0, ...options });
      await roundTrip(broker.url, 'x');
      await broker.stop();
    }
    await waitFor('descriptors to be closed', async () => openDescriptors() <= before);
  });

  it('closes the port when it stops', async () => {
    const broker = await Broker.start({ port: 0 });
    await broker.stop();
    await expect(connect(broker.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('can be stopped twice', async () => {
    const broker = await Broker.start({ port: 0 });
    await Promise.all([broker.stop(), broker.stop()]);
    await broker.stop();
  });

  it('says which option is wrong', async () => {
    await expect(Broker.start({ port: 70_000 })).rejects.toThrow(/port.*70000.*65535/);
  });

  it('says that a port is in use', async () => {
    const broker = await Broker.start({ port: 0 });
    await expect(Broker.start({ port: broker.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await broker.stop();
  });
});

describe('the second port', () => {
  it('passes for RabbitMQ while the first tells the truth', async () => {
    const spare = await Broker.start({ port: 0 });
    const rabbitmqPort = spare.port;
    await spare.stop();
    const broker = await Broker.start({ port: 0, rabbitmqPort });
    const own = await connect(broker.url);
    const other = await connect(`amqp://guest:guest@127.0.0.1:${rabbitmqPort}`);
    expect(own.connection.serverProperties.product).toBe('DirectMQ');
    expect(other.connection.serverProperties.product).toBe('RabbitMQ');
    expect(broker.listeners.map(({ name }) => name)).toEqual(['amqp', 'rabbitmq']);
    await own.close();
    await other.close();
    await broker.stop();
  });
});
