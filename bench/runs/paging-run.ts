import { delay, NS_PER_SECOND, nowNs } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import { Consumer } from '../pump/consumer.ts';
import { Publisher } from '../pump/publisher.ts';
import { AmqpSession } from '../subjects/amqp-session.ts';
import type { RunningDirectmq } from '../subjects/directmq.ts';
import { HOST } from '../subjects/host.ts';
import { encodeBlock, encodePublish, fillerBody } from '../workload/encode.ts';

const QUEUE = 'bench.paging';
const POLL_MS = 20;
/** For filling as for draining: ten million messages take tens of seconds. */
const TIMEOUT_MS = 600_000;
const PREFETCH = 1000;
const ACK_EVERY = PREFETCH / 2;
/** Delivery modes of AMQP. */
const TRANSIENT = 1;
const PERSISTENT = 2;

/** What is put into the queue. */
export interface PagingWork {
  readonly messages: number;
  readonly bodyOctets: number;
  readonly persistent: boolean;
  /** The rate is told for every so many messages. */
  readonly stepMessages: number;
}

/** Messages a second of a step, and what the broker has resident at its end. */
export interface PagingStep {
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly rssOctets: number;
  /** Of that, pages of mapped files, such as the store's. */
  readonly mappedOctets: number;
}

export interface PagingFigures {
  readonly fill: readonly PagingStep[];
  readonly drain: readonly PagingStep[];
  /** The most the broker ever had resident. */
  readonly peakRssOctets: number;
}

/**
 * Fills a durable queue that nobody consumes from, and drains it then with acknowledgements.
 * @throws Error if a message is lost or comes out of order
 */
export async function runPaging(broker: RunningDirectmq, work: PagingWork): Promise<PagingFigures> {
  const control = await AmqpSession.open(HOST, broker.port);
  await control.call({ name: 'queue.declare', queue: QUEUE, durable: true }, 'queue.declare-ok');
  const fill = await fillQueue(broker, control, work);
  const drain = await drainQueue(broker, work);
  const { peakRssOctets } = readUsage(broker.processIds);
  await control.close();
  return { fill, drain, peakRssOctets };
}

/** Notes when each step is done. */
class StepClock {
  readonly steps: PagingStep[] = [];
  private readonly broker: RunningDirectmq;
  private readonly stepMessages: number;
  private messages = 0;
  private startNs = nowNs();

  constructor(broker: RunningDirectmq, stepMessages: number) {
    this.broker = broker;
    this.stepMessages = stepMessages;
  }

  /** So many messages are done with at that time; `isLast`: no more will come. */
  note(messages: number, atNs: number, isLast: boolean): void {
    const done = messages - this.messages;
    if (done === 0 || (done < this.stepMessages && !isLast)) return;
    const { rssOctets, mappedOctets } = readUsage(this.broker.processIds);
    const messagesPerSecond = (done * NS_PER_SECOND) / (atNs - this.startNs);
    this.steps.push({ messages, messagesPerSecond, rssOctets, mappedOctets });
    this.messages = messages;
    this.startNs = atNs;
  }
}

async function fillQueue(
  broker: RunningDirectmq,
  control: AmqpSession,
  { messages, bodyOctets, persistent, stepMessages }: PagingWork,
): Promise<readonly PagingStep[]> {
  const session = await AmqpSession.open(HOST, broker.port);
  const body = fillerBody(bodyOctets);
  const properties = { deliveryMode: persistent ? PERSISTENT : TRANSIENT };
  const block = encodeBlock([QUEUE], (key) =>
    encodePublish('', key, body, session.frameMax, properties),
  );
  const publisher = new Publisher(session.dialogue.handOver());
  const manner = { name: 'counted', messages } as const;
  const order = { block, publisher: 0, manner, durationMs: TIMEOUT_MS, stamped: true };
  const clock = new StepClock(broker, stepMessages);
  const publishing = publisher.publish(order);
  publishing.catch(() => {});
  const declare = { name: 'queue.declare', queue: QUEUE, passive: true } as const;
  try {
    const deadline = Date.now() + TIMEOUT_MS;
    for (let queued = 0; queued < messages && Date.now() < deadline; await delay(POLL_MS)) {
      queued = (await control.call(declare, 'queue.declare-ok')).messageCount;
      clock.note(queued, nowNs(), queued === messages);
    }
    await publishing;
  } finally {
    publisher.kill();
  }
  return clock.steps;
}

async function drainQueue(
  broker: RunningDirectmq,
  { messages, stepMessages }: PagingWork,
): Promise<readonly PagingStep[]> {
  const session = await AmqpSession.open(HOST, broker.port);
  await session.call({ name: 'basic.qos', prefetchCount: PREFETCH }, 'basic.qos-ok');
  // Nothing is delivered before the socket is the consumer's: the answer would be mixed with it.
  session.send({ name: 'basic.consume', queue: QUEUE, nowait: true });
  const clock = new StepClock(broker, stepMessages);
  const consumer = new Consumer(session.dialogue.handOver());
  try {
    await consumer.start({
      framing: { kind: 'frames', ackEveryMessages: ACK_EVERY },
      stamped: true,
      timedFromSequence: 0,
    });
    const deadline = Date.now() + TIMEOUT_MS;
    let snapshot = await consumer.snapshot();
    while (snapshot.messages < messages && Date.now() < deadline) {
      await delay(POLL_MS);
      snapshot = await consumer.snapshot();
      clock.note(snapshot.messages, snapshot.atNs, snapshot.messages === messages);
    }
    if (snapshot.messages !== messages || snapshot.missing > 0 || snapshot.disordered > 0) {
      throw new Error(`Of ${messages} messages ${snapshot.messages} came back, or out of order`);
    }
    return clock.steps;
  } finally {
    consumer.kill();
  }
}
