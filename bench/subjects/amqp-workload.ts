import type { Socket } from 'node:net';
import type { Framing, MessageBlock } from '../pump/orders.ts';
import { encodeBlock, encodeDirect, encodePublish, fillerBody } from '../workload/encode.ts';
import type { ConsumerPlan, PublisherPlan, Topology } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';
import { AmqpSession } from './amqp-session.ts';
import { openDirect } from './direct-connection.ts';
import type { ConsumerLine, OpenWorkload, PublisherLine } from './subject.ts';

/** Which path publishers and consumers take. */
export interface Paths {
  readonly publisher: 'ordinary' | 'direct';
  readonly consumer: 'ordinary' | 'direct';
}

/** Of a consumer that has a channel of its own; it comes with every delivery, so it is short. */
const CONSUMER_TAG = 'bench';

/** Opens a workload on an AMQP 0-9-1 broker, by way of DMP where the paths say so. */
export async function openAmqpWorkload(
  host: string,
  port: number,
  workload: Workload,
  paths: Paths,
): Promise<OpenWorkload> {
  const opener = new WorkloadOpener(host, port, workload, await AmqpSession.open(host, port));
  await opener.declare(paths.consumer === 'direct');
  const consumers: ConsumerLine[] = [];
  for (const plan of workload.topology.consumers) {
    consumers.push(
      paths.consumer === 'direct' ? await opener.feed(plan) : await opener.consumer(plan),
    );
  }
  const publishers: PublisherLine[] = [];
  for (const plan of workload.topology.publishers) {
    publishers.push(
      paths.publisher === 'direct' ? await opener.sink(plan) : await opener.publisher(plan),
    );
  }
  return { consumers, publishers, close: () => opener.close() };
}

class WorkloadOpener {
  readonly #host: string;
  readonly #port: number;
  readonly #workload: Workload;
  readonly #topology: Topology;
  /** Declares and holds the leases: they live as long as it. */
  readonly #control: AmqpSession;

  constructor(host: string, port: number, workload: Workload, control: AmqpSession) {
    this.#host = host;
    this.#port = port;
    this.#workload = workload;
    this.#topology = workload.topology;
    this.#control = control;
  }

  /** @param exclusive whether the queues are private, as feeds must be */
  async declare(exclusive: boolean): Promise<void> {
    const control = this.#control;
    for (const { name, type } of this.#topology.exchanges) {
      await control.call({ name: 'exchange.declare', exchange: name, type }, 'exchange.declare-ok');
    }
    for (const { queue, bindings } of this.#topology.consumers) {
      const durable = this.#workload.persistent === true;
      await control.call({ name: 'queue.declare', queue, exclusive, durable }, 'queue.declare-ok');
      const last = bindings.length - 1;
      for (const [index, { exchange, pattern: routingKey }] of bindings.entries()) {
        const nowait = index < last;
        control.send({ name: 'queue.bind', queue, exchange, routingKey, nowait });
      }
      await control.reply('queue.bind-ok');
    }
  }

  async consumer(plan: ConsumerPlan): Promise<ConsumerLine> {
    const session = await this.#session();
    const prefetchCount = this.#workload.prefetch;
    if (prefetchCount > 0) await session.call({ name: 'basic.qos', prefetchCount }, 'basic.qos-ok');
    await consume(session, plan.queue, CONSUMER_TAG, prefetchCount === 0);
    // Half a window is acknowledged at a time: the other half is under way meanwhile.
    const ackEveryMessages = Math.ceil(prefetchCount / 2);
    const framing: Framing = { kind: 'frames', ackEveryMessages };
    return { socket: session.dialogue.handOver(), framing };
  }

  async feed(plan: ConsumerPlan): Promise<ConsumerLine> {
    const control = this.#control;
    const { lease } = await control.call({ name: 'direct.get', feed: plan.queue }, 'direct.get-ok');
    const socket = await this.#openDirect(lease);
    await consume(control, plan.queue, plan.queue, true);
    const { messageOctets, bodyAt } = this.#contents(this.#topology.publishers[0]);
    return { socket, framing: { kind: 'contents', contentOctets: messageOctets, bodyAt } };
  }

  async publisher(plan: PublisherPlan): Promise<PublisherLine> {
    const session = await this.#session();
    if (this.#workload.confirmWindow > 0) {
      await session.call({ name: 'confirm.select' }, 'confirm.select-ok');
    }
    const body = fillerBody(this.#workload.bodyOctets);
    const properties = this.#workload.persistent === true ? { deliveryMode: 2 } : {};
    const block = encodeBlock(plan.routingKeys, (routingKey) =>
      encodePublish(plan.exchange, routingKey, body, session.frameMax, properties),
    );
    return { socket: session.dialogue.handOver(), block, plan };
  }

  async sink(plan: PublisherPlan): Promise<PublisherLine> {
    const put = { name: 'direct.put', sink: plan.exchange } as const;
    const { lease } = await this.#control.call(put, 'direct.put-ok');
    return { socket: await this.#openDirect(lease), block: this.#contents(plan), plan };
  }

  async close(): Promise<void> {
    const control = this.#control;
    for (const { queue } of this.#topology.consumers) {
      await control.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    }
    for (const { name } of this.#topology.exchanges) {
      await control.call({ name: 'exchange.delete', exchange: name }, 'exchange.delete-ok');
    }
    await control.close();
  }

  #session(): Promise<AmqpSession> {
    return AmqpSession.open(this.#host, this.#port);
  }

  async #openDirect(lease: string): Promise<Socket> {
    return (await openDirect(this.#host, this.#port, lease)).handOver();
  }

  #contents(plan: PublisherPlan): MessageBlock {
    const body = fillerBody(this.#workload.bodyOctets);
    return encodeBlock(plan.routingKeys, (key) => encodeDirect(plan.exchange, key, body));
  }
}

async function consume(
  session: AmqpSession,
  queue: string,
  consumerTag: string,
  noAck: boolean,
): Promise<void> {
  await session.call({ name: 'basic.consume', queue, consumerTag, noAck }, 'basic.consume-ok');
}
