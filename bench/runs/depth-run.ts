import { delay, NS_PER_SECOND, nowNs } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import { Consumer } from '../pump/consumer.ts';
import { Publisher } from '../pump/publisher.ts';
import { AmqpSession } from '../subjects/amqp-session.ts';
import type { RunningDirectmq } from '../subjects/directmq.ts';
import { HOST } from '../subjects/host.ts';
import { encodeBlock, encodePublish, fillerBody } from '../workload/encode.ts';

const QUEUE = 'bench.depth';
const POLL_MS = 20;
/** For filling as for draining: ten million messages take tens of seconds. */
const TIMEOUT_MS = 300_000;
const PER_MILLION = 1e6;

/** A queue that was filled first and drained then. */
export interface Drain {
  /** Of the draining. */
  readonly messagesPerSecond: number;
  /** CPU seconds of the broker per million messages, for both. */
  readonly secondsPerMillion: number;
  readonly rssOctets: number;
}

/**
 * Fills a queue that nobody consumes from with `depth` messages and drains it then.
 * @throws Error if a message is lost or comes out of order
 */
export async function runDepth(
  broker: RunningDirectmq,
  depth: number,
  bodyOctets: number,
): Promise<Drain> {
  const control = await AmqpSession.open(HOST, broker.port);
  await control.call({ name: 'queue.declare', queue: QUEUE }, 'queue.declare-ok');
  const before = readUsage(broker.processIds).cpuSeconds;
  await fill(broker.port, depth, bodyOctets);
  await waitForDepth(control, depth);
  const drainSeconds = await drain(broker.port, depth);
  const { cpuSeconds, rssOctets } = readUsage(broker.processIds);
  await control.call({ name: 'queue.delete', queue: QUEUE }, 'queue.delete-ok');
  await control.close();
  return {
    messagesPerSecond: depth / drainSeconds,
    secondsPerMillion: ((cpuSeconds - before) / depth) * PER_MILLION,
    rssOctets,
  };
}

async function fill(port: number, depth: number, bodyOctets: number): Promise<void> {
  const session = await AmqpSession.open(HOST, port);
  const body = fillerBody(bodyOctets);
  const block = encodeBlock([QUEUE], (key) => encodePublish('', key, body, session.frameMax));
  const publisher = new Publisher(session.dialogue.handOver());
  const manner = { name: 'counted', messages: depth } as const;
  try {
    await publisher.publish({ block, publisher: 0, manner, durationMs: TIMEOUT_MS, stamped: true });
  } finally {
    // What it has written is in the broker's hands even if the broker has not read it yet.
    publisher.kill();
  }
}

async function waitForDepth(control: AmqpSession, depth: number): Promise<void> {
  const declare = { name: 'queue.declare', queue: QUEUE, passive: true } as const;
  while ((await control.call(declare, 'queue.declare-ok')).messageCount < depth) {
    await delay(POLL_MS);
  }
}

/** @returns how long it took, in seconds */
async function drain(port: number, depth: number): Promise<number> {
  const session = await AmqpSession.open(HOST, port);
  // Nothing is delivered before the socket is the consumer's: the answer would be mixed with it.
  session.send({ name: 'basic.consume', queue: QUEUE, noAck: true, nowait: true });
  const startNs = nowNs();
  const consumer = new Consumer(session.dialogue.handOver());
  try {
    await consumer.start({
      framing: { kind: 'frames', ackEveryMessages: 0 },
      stamped: true,
      timedFromSequence: 0,
    });
    const deadline = Date.now() + TIMEOUT_MS;
    let snapshot = await consumer.snapshot();
    while (snapshot.messages < depth && Date.now() < deadline) {
      await delay(POLL_MS);
      snapshot = await consumer.snapshot();
    }
    if (snapshot.messages !== depth || snapshot.missing > 0 || snapshot.disordered > 0) {
      throw new Error(`Of ${depth} messages ${snapshot.messages} came back, or out of order`);
    }
    return (snapshot.atNs - startNs) / NS_PER_SECOND;
  } finally {
    consumer.kill();
  }
}
