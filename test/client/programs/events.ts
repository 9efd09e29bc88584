import { EventEmitter, once } from 'node:events';
import amqp, { type Message } from 'amqplib';

function describe(message: Message | null): string {
  if (message === null) return 'null';
  const { content, fields, properties } = message;
  return JSON.stringify({ content: content.toString(), fields, properties });
}

/** What channels and connections emit, and what their methods return. */
export async function main(url: string): Promise<string[]> {
  const lines: string[] = [];
  const connection = await amqp.connect(url);
  lines.push(`emitters ${connection instanceof EventEmitter}`);
  lines.push(typeof connection.connection.serverProperties.product);
  connection.on('close', (error) => lines.push(`connection closed: ${error}`));

  const channel = await connection.createConfirmChannel();
  lines.push(`same connection ${channel.connection === connection.connection}`);
  const { queue } = await channel.assertQueue('emitted', { exclusive: true });

  const returned = once(channel, 'return');
  const unroutable = channel.publish('', 'nowhere', Buffer.from('back'), { mandatory: true });
  lines.push(`publish ${unroutable}`, describe((await returned)[0]));

  channel.on('ack', (fields) => lines.push(`ack event ${typeof fields.multiple}`));
  const confirmed = new Promise((resolve) => {
    const goOn = channel.sendToQueue(queue, Buffer.from('1'), {}, (error) => resolve(error));
    lines.push(`sendToQueue ${goOn}`);
  });
  lines.push(
    `confirmed ${await confirmed}`,
    `waited ${Boolean(await channel.waitForConfirms().then(() => true))}`,
  );
  channel.removeAllListeners('ack');

  await channel.assertQueue('full', { durable: false, maxLength: 0, overflow: 'reject-publish' });
  const refused = new Promise<Error>((resolve) => {
    channel.sendToQueue('full', Buffer.from('x'), {}, (error) => resolve(error));
  });
  lines.push(`refused ${await refused}`);
  channel.sendToQueue('full', Buffer.from('x'));
  lines.push(await channel.waitForConfirms().then(String, String));
  lines.push(JSON.stringify(await channel.deleteQueue('full')));

  const got = await channel.get(queue);
  if (got === false) throw new Error('no message');
  lines.push(describe(got), `nack ${channel.nack(got)}`);
  const again = await channel.get(queue);
  if (again === false) throw new Error('no message');
  lines.push(describe(again), `reject ${channel.reject(again, false)}`);
  lines.push(`nothing ${await channel.get(queue)}`);
  lines.push(`ackAll ${channel.ackAll()}`, `nackAll ${channel.nackAll()}`);

  const cancelled = once(channel, 'cancel');
  const nothing = new Promise<string>((resolve) => {
    channel.consume(queue, (message) => resolve(describe(message)), { consumerTag: 'mine' });
  });
  lines.push(JSON.stringify(await channel.prefetch(3)), JSON.stringify(await channel.recover()));
  lines.push(JSON.stringify(await channel.purgeQueue(queue)));
  lines.push(JSON.stringify(await channel.deleteQueue(queue)));
  lines.push(await nothing, JSON.stringify(await cancelled));

  await channel.assertExchange('events', 'fanout', { durable: false });
  lines.push(JSON.stringify(await channel.checkExchange('events')));
  lines.push(JSON.stringify(await channel.assertExchange('events', 'fanout', { durable: false })));
  lines.push(JSON.stringify(await channel.bindExchange('amq.topic', 'events', '#')));
  lines.push(JSON.stringify(await channel.unbindExchange('amq.topic', 'events', '#')));
  lines.push(JSON.stringify(await channel.deleteExchange('events')));

  const narrow = await connection.createChannel({ highWaterMark: 1 });
  const drained = once(narrow, 'drain');
  lines.push(`full ${narrow.publish('', 'nowhere', Buffer.from('x'))}`);
  lines.push(`drained ${(await drained).length}`);
  lines.push(`closed ${await narrow.close()}`);

  const careless = await connection.createChannel();
  const handled = once(careless, 'handler-error');
  careless.on('close', () => {
    throw new Error('in a listener');
  });
  await careless.close();
  lines.push(`handler-error ${await handled}`);

  const lost = await connection.createConfirmChannel();
  lost.on('error', (error) => lines.push(`error ${error.message}`));
  const unconfirmed = new Promise<Error>((resolve) => {
    lost.publish('no such exchange', '', Buffer.from('x'), {}, (error) => resolve(error));
  });
  lines.push(`unconfirmed ${await unconfirmed}`);
  lines.push(await lost.waitForConfirms().then(String, String));

  lines.push(`close ${await connection.close()}`);
  return lines;
}
