import type { FieldTable } from '../../src/wire/field-table.ts';
import type { MethodToSend } from '../../src/wire/methods.ts';
import type { Method } from '../../src/wire/spec.ts';
import type { DirectClient } from './direct-client.ts';
import type { Content, Login, RawClient } from './raw-client.ts';
import { waitFor } from './wait-for.ts';

type QueueDeclare = Extract<MethodToSend, { name: 'queue.declare' }>;
type ExchangeDeclare = Extract<MethodToSend, { name: 'exchange.declare' }>;

/** An active feed. */
export interface Feed {
  readonly queue: string;
  readonly consumerTag: string;
  readonly direct: DirectClient;
}

/** What an application needs from the session it runs in. */
export interface Host {
  raw(): Promise<RawClient>;
  direct(): Promise<DirectClient>;
}

/**
 * An application that uses Direct Mode: an AMQP connection with channel 1 open, and the direct
 * connections it leases. Its methods wait for the broker's answer.
 */
export class DirectApplication {
  readonly amqp: RawClient;
  private readonly host: Host;
  private nextChannel = 100;

  private constructor(amqp: RawClient, host: Host) {
    this.amqp = amqp;
    this.host = host;
  }

  static async start(host: Host, login: Login = {}): Promise<DirectApplication> {
    const amqp = await host.raw();
    await amqp.login(login);
    await amqp.openChannel(1);
    return new DirectApplication(amqp, host);
  }

  /** Asks for access to an exchange. */
  async leaseSink(sink: string, channel = 1): Promise<string> {
    this.amqp.send(channel, { name: 'direct.put', sink });
    return (await this.amqp.expectMethod(channel, 'direct.put-ok')).lease;
  }

  /** Asks for access to an exclusive queue. */
  async leaseFeed(feed: string, channel = 1): Promise<string> {
    this.amqp.send(channel, { name: 'direct.get', feed });
    return (await this.amqp.expectMethod(channel, 'direct.get-ok')).lease;
  }

  /** A direct connection to an exchange. */
  async sink(exchange: string, channel = 1): Promise<DirectClient> {
    return this.opened(await this.leaseSink(exchange, channel));
  }

  /** A direct connection from an exclusive queue. */
  async feed(queue: string, channel = 1): Promise<DirectClient> {
    return this.opened(await this.leaseFeed(queue, channel));
  }

  /**
   * A direct connection from a queue whose lease may not be free yet; each try needs a channel, because
   * a refusal closes it.
   */
  async feedAgain(queue: string): Promise<DirectClient> {
    return waitFor(`the lease of ${queue}`, async () => {
      const channel = this.nextChannel++;
      await this.amqp.openChannel(channel);
      this.amqp.send(channel, { name: 'direct.get', feed: queue });
      const answer = await this.amqp.nextMethod(channel);
      if (answer.name === 'direct.get-ok') return this.opened(answer.lease);
      if (answer.name !== 'channel.close' || answer.replyCode !== 405) {
        throw new Error(`expected a lease or 405, got ${JSON.stringify(answer)}`);
      }
      this.amqp.send(channel, { name: 'channel.close-ok' });
      return undefined;
    });
  }

  /** An exclusive queue, bound, leased, connected and consumed. */
  async activeFeed(
    exchange: string,
    routingKey: string,
    consume: { noLocal?: boolean; declare?: Partial<QueueDeclare> } = {},
  ): Promise<Feed> {
    const queue = await this.declareQueue(consume.declare);
    if (exchange !== '') await this.bind(queue, exchange, routingKey);
    const direct = await this.feed(queue);
    const consumerTag = await this.consume(queue, consume);
    return { queue, consumerTag, direct };
  }

  /** An exclusive queue unless told otherwise; returns its name. */
  async declareQueue(fields: Partial<QueueDeclare> = {}): Promise<string> {
    const declare = { exclusive: true, ...fields, name: 'queue.declare' } as const;
    return (await this.call(declare, 'queue.declare-ok')).queue;
  }

  async declareExchange(
    exchange: string,
    type: string,
    fields: Partial<ExchangeDeclare> = {},
  ): Promise<void> {
    const declare = { ...fields, name: 'exchange.declare', exchange, type } as const;
    await this.call(declare, 'exchange.declare-ok');
  }

  async deleteExchange(exchange: string): Promise<void> {
    await this.call({ name: 'exchange.delete', exchange }, 'exchange.delete-ok');
  }

  async deleteQueue(queue: string): Promise<void> {
    await this.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
  }

  async bind(
    queue: string,
    exchange: string,
    routingKey: string,
    table: FieldTable = {},
  ): Promise<void> {
    const bind = { name: 'queue.bind', queue, exchange, routingKey, arguments: table } as const;
    await this.call(bind, 'queue.bind-ok');
  }

  async unbind(queue: string, exchange: string, routingKey: string): Promise<void> {
    await this.call({ name: 'queue.unbind', queue, exchange, routingKey }, 'queue.unbind-ok');
  }

  async bindExchange(destination: string, source: string, routingKey: string): Promise<void> {
    await this.call({ name: 'exchange.bind', destination, source, routingKey }, 'exchange.bind-ok');
  }

  async unbindExchange(destination: string, source: string, routingKey: string): Promise<void> {
    const unbind = { name: 'exchange.unbind', destination, source, routingKey } as const;
    await this.call(unbind, 'exchange.unbind-ok');
  }

  /** Starts a consumer without acknowledgements unless told otherwise; returns its tag. */
  async consume(
    queue: string,
    options: { noLocal?: boolean; noAck?: boolean } = {},
  ): Promise<string> {
    const { noLocal = false, noAck = true } = options;
    const consume = { name: 'basic.consume', queue, noLocal, noAck } as const;
    return (await this.call(consume, 'basic.consume-ok')).consumerTag;
  }

  async cancel(consumerTag: string): Promise<void> {
    await this.call({ name: 'basic.cancel', consumerTag }, 'basic.cancel-ok');
  }

  async setFlow(active: boolean): Promise<void> {
    await this.call({ name: 'channel.flow', active }, 'channel.flow-ok');
  }

  async closeChannel(channel: number): Promise<void> {
    this.amqp.send(channel, {
      name: 'channel.close',
      replyCode: 200,
      replyText: '',
      classId: 0,
      methodId: 0,
    });
    await this.amqp.expectMethod(channel, 'channel.close-ok');
  }

  async close(): Promise<void> {
    this.amqp.send(0, {
      name: 'connection.close',
      replyCode: 200,
      replyText: '',
      classId: 0,
      methodId: 0,
    });
    await this.amqp.expectMethod(0, 'connection.close-ok');
  }

  /** Publishes by Basic.Publish. */
  publish(exchange: string, routingKey: string, text: string): void {
    this.amqp.publish(1, exchange, routingKey, Buffer.from(text));
  }

  /** The message at the head of a queue, taken from it, or null. */
  async take(queue: string): Promise<Content | null> {
    this.amqp.send(1, { name: 'basic.get', queue, noAck: true });
    const answer = await this.amqp.nextMethod(1);
    if (answer.name === 'basic.get-empty') return null;
    return this.amqp.expectContent(1);
  }

  /** Takes `count` messages, waited for, from a queue; returns their bodies. */
  async takeTexts(queue: string, count: number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) {
      const what = `message ${texts.length} of ${count} in ${queue}`;
      const message = await waitFor(what, async () => (await this.take(queue)) ?? undefined);
      texts.push(message.body.toString());
    }
    return texts;
  }

  /** Messages that are ready in a queue. */
  async messageCount(queue: string): Promise<number> {
    const declare = { name: 'queue.declare', queue, passive: true } as const;
    return (await this.call(declare, 'queue.declare-ok')).messageCount;
  }

  /** Resolves when main has looked at everything that came to it before. */
  async settle(): Promise<void> {
    // A connection is accepted in one turn and read in a later one: hence two dialogues.
    await this.declareExchange('amq.direct', 'direct', { passive: true });
    await this.declareExchange('amq.direct', 'direct', { passive: true });
  }

  private async opened(lease: string): Promise<DirectClient> {
    const direct = await this.host.direct();
    const answer = await direct.open(lease);
    if (!answer.startsWith('200')) throw new Error(`the lease was refused: ${answer}`);
    return direct;
  }

  private async call<N extends Method['name']>(
    method: MethodToSend,
    answer: N,
  ): Promise<Extract<Method, { name: N }>> {
    this.amqp.send(1, method);
    return this.amqp.expectMethod(1, answer);
  }
}
