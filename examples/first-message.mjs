// Starts a broker in this process and sends one message through it with an ordinary AMQP client.
import amqplib from 'amqplib';
import { Broker } from 'directmq';

const broker = await Broker.start({ port: 0 });
const connection = await amqplib.connect(broker.url);
const channel = await connection.createChannel();

await channel.assertExchange('weather', 'topic');
const { queue } = await channel.assertQueue('', { exclusive: true });
await channel.bindQueue(queue, 'weather', 'europe.#');

const received = new Promise((resolve) => {
  channel.consume(queue, resolve, { noAck: true });
});
channel.publish('weather', 'europe.lisbon', Buffer.from('sunny, 24 °C'));

const { fields, content } = await received;
console.log(`${fields.routingKey}: ${content}`);

await connection.close();
await broker.stop();
console.log('stopped');
