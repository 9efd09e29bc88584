// Publishes and consumes in Direct Mode with the client library.
import { Broker } from 'directmq';
import { connect } from 'directmq/client';

const broker = await Broker.start({ port: 0, direct: true });
const connection = await connect(broker.url, { reconnect: true });
const channel = await connection.createChannel();

await channel.assertExchange('prices', 'topic', { durable: false });
const { queue } = await channel.assertQueue('', { exclusive: true });
await channel.bindQueue(queue, 'prices', 'eur.#');

const messages = channel.messages(queue, { noAck: true });
const first = messages.next();
for (const price of ['1.09', '1.10']) channel.publish('prices', 'eur.usd', Buffer.from(price));

console.log(String((await first).value.content));
for await (const { content } of messages) {
  console.log(String(content));
  break;
}
console.log(connection.stats().delivered);

await connection.close();
await broker.stop();
