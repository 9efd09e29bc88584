import type { Channel, ConsumeMessage, GetMessage, Message, Options } from 'amqplib';
import { waitFor } from './wait-for.ts';

/** Collects what a consumer is sent. Pass `accept` to `Channel.consume`. */
export class Inbox {
  readonly messages: ConsumeMessage[] = [];
  /** The broker has cancelled the consumer. */
  cancelled = false;

  readonly accept = (message: ConsumeMessage | null): void => {
    if (message === null) this.cancelled = true;
    else this.messages.push(message);
  };

  /** The bodies received so far, as text. */
  texts(): string[] {
    return texts(this.messages);
  }

  /** The messages, once there are at least `count` of them. */
  async received(count: number): Promise<ConsumeMessage[]> {
    return waitFor(`${count} messages`, () => this.messages.length >= count && this.messages);
  }

  /** The message at `index`, waited for. */
  async message(index: number): Promise<ConsumeMessage> {
    return waitFor(`message ${index}`, () => this.messages[index]);
  }
}

/** Starts a consumer on `queue` and returns what it collects. */
export async function consume(
  channel: Channel,
  queue: string,
  options: Options.Consume = {},
): Promise<Inbox & { consumerTag: string }> {
  const inbox = new Inbox();
  const { consumerTag } = await channel.consume(queue, inbox.accept, options);
  return Object.assign(inbox, { consumerTag });
}

/** Publishes `text` as a message. */
export function send(
  channel: Channel,
  exchange: string,
  routingKey: string,
  text: string,
  options: Options.Publish = {},
): void {
  channel.publish(exchange, routingKey, Buffer.from(text), options);
}

/** The bodies as text. */
export function texts(messages: readonly Message[]): string[] {
  return messages.map((message) => message.content.toString());
}

/** One message taken from the queue without acknowledgement; fails the test if there is none. */
export async function take(channel: Channel, queue: string): Promise<GetMessage> {
  const message = await channel.get(queue, { noAck: true });
  if (message === false) throw new Error(`queue ${queue} is empty`);
  return message;
}

/** One message got from the queue and left unacknowledged; fails the test if there is none. */
export async function hold(channel: Channel, queue: string): Promise<GetMessage> {
  const message = await channel.get(queue, { noAck: false });
  if (message === false) throw new Error(`queue ${queue} is empty`);
  return message;
}

/** Takes all ready messages of the queue, oldest first. */
export async function drain(channel: Channel, queue: string): Promise<GetMessage[]> {
  const messages: GetMessage[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (message === false) return messages;
    messages.push(message);
  }
}

/** The bodies of all ready messages of the queue, which is empty afterwards. */
export async function drainTexts(channel: Channel, queue: string): Promise<string[]> {
  return texts(await drain(channel, queue));
}

/** The number of ready messages becomes `count`. */
export async function depthReaches(channel: Channel, queue: string, count: number): Promise<void> {
  await waitFor(
    `${count} messages in ${queue}`,
    async () => (await channel.checkQueue(queue)).messageCount === count,
  );
}
