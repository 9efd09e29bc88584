import { delay, nowNs } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import { Consumer } from '../pump/consumer.ts';
import { Publisher } from '../pump/publisher.ts';
import { AmqpSession } from '../subjects/amqp-session.ts';
import type { DirectmqSubject, RunningDirectmq } from '../subjects/directmq.ts';
import { HOST } from '../subjects/host.ts';
import { encodeBlock, encodePublish, fillerBody } from '../workload/encode.ts';

const POLL_MS = 10;
const TIMEOUT_MS = 600_000;
const PERSISTENT = 2;
const NS_PER_MS = 1e6;

/** What is stored before the broker is killed. */
export interface RecoveryWork {
  readonly queues: number;
  /** Of all queues together. */
  readonly messages: number;
  readonly bodyOctets: number;
}

export interface RecoveryFigures {
  /** From the start of the process until it says that it is ready. */
  readonly readyMs: number;
  /** From then until a client has got every message of every queue. */
  readonly consumedMs: number;
  /** When it was ready. */
  readonly rssOctets: number;
}

/**
 * Fills durable queues in turn, kills the broker with `kill -9`, starts it again, and consumes
 * everything.
 * @throws Error if a message is missing
 */
export async function runRecovery(
  subject: DirectmqSubject,
  work: RecoveryWork,
): Promise<RecoveryFigures> {
  const names = Array.from({ length: work.queues }, (_, i) => `recovery.${1_000_000 + i}`);
  const before = await subject.start();
  try {
    await fill(before, names, work);
  } finally {
    for (const processId of before.processIds) process.kill(processId, 'SIGKILL');
    await before.stop();
  }
  const startNs = nowNs();
  const broker = await subject.start();
  try {
    const readyNs = nowNs();
    const { rssOctets } = readUsage(broker.processIds);
    await consumeAll(broker, names, work.messages);
    const ms = (fromNs: number, toNs: number) => (toNs - fromNs) / NS_PER_MS;
    return { readyMs: ms(startNs, readyNs), consumedMs: ms(readyNs, nowNs()), rssOctets };
  } finally {
    await broker.stop();
  }
}

async function fill(
  broker: RunningDirectmq,
  names: readonly string[],
  { messages, bodyOctets }: RecoveryWork,
): Promise<void> {
  const control = await AmqpSession.open(HOST, broker.port);
  for (const queue of names) {
    await control.call({ name: 'queue.declare', queue, durable: true }, 'queue.declare-ok');
  }
  const session = await AmqpSession.open(HOST, broker.port);
  await session.call({ name: 'confirm.select' }, 'confirm.select-ok');
  const body = fillerBody(bodyOctets);
  const block = encodeBlock(names, (key) =>
    encodePublish('', key, body, session.frameMax, { deliveryMode: PERSISTENT }),
  );
  const publisher = new Publisher(session.dialogue.handOver());
  const manner = { name: 'counted', messages } as const;
  try {
    await publisher.publish({
      block,
      publisher: 0,
      manner,
      durationMs: TIMEOUT_MS,
      stamped: false,
    });
    await allQueued(control, names, messages);
  } finally {
    publisher.kill();
  }
  // What has an answer is on disk, and so is all that came before it.
  await control.call({ name: 'queue.declare', queue: 'last', durable: true }, 'queue.declare-ok');
  await control.close();
}

async function allQueued(
  control: AmqpSession,
  names: readonly string[],
  messages: number,
): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (let queued = 0; queued < messages; await delay(POLL_MS)) {
    if (Date.now() > deadline) throw new Error(`${queued} of ${messages} messages were queued`);
    queued = 0;
    for (const queue of names) {
      const question = { name: 'queue.declare', queue, passive: true } as const;
      queued += (await control.call(question, 'queue.declare-ok')).messageCount;
    }
  }
}

async function consumeAll(
  broker: RunningDirectmq,
  names: readonly string[],
  messages: number,
): Promise<void> {
  const session = await AmqpSession.open(HOST, broker.port);
  // Nothing is delivered before the socket is the consumer's: the answer would be mixed with it.
  for (const queue of names) {
    session.send({ name: 'basic.consume', queue, noAck: true, nowait: true });
  }
  const consumer = new Consumer(session.dialogue.handOver());
  try {
    await consumer.start({
      framing: { kind: 'frames', ackEveryMessages: 0 },
      stamped: false,
      timedFromSequence: 0,
    });
    const deadline = Date.now() + TIMEOUT_MS;
    for (let consumed = 0; consumed < messages; await delay(POLL_MS)) {
      if (Date.now() > deadline) throw new Error(`${consumed} of ${messages} messages came back`);
      consumed = (await consumer.snapshot()).messages;
    }
  } finally {
    consumer.kill();
  }
}
