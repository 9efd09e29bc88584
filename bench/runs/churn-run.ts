import { readdirSync } from 'node:fs';
import { DMP_PROTOCOL_HEADER } from '../../src/wire/dmp-handshake.ts';
import { encodeShortstr, readUint32 } from '../../src/wire/octets.ts';
import { delay } from '../lib/clock.ts';
import { readUsage } from '../lib/process-usage.ts';
import { AmqpSession } from '../subjects/amqp-session.ts';
import { Dialogue } from '../subjects/dialogue.ts';
import { openDirect, takeOk } from '../subjects/direct-connection.ts';
import type { RunningDirectmq } from '../subjects/directmq.ts';
import { HOST } from '../subjects/host.ts';
import { encodeDirect } from '../workload/encode.ts';
import { topologyOf } from '../workload/topology.ts';
import { Rig } from './rig.ts';

const EXCHANGE = 'bench.churn';
const QUEUE = 'bench.churn.queue';
const KEY = 'key';

/** Of a content: the numbers of its cycle and of itself in the cycle. */
const BODY_OCTETS = 8;
const SIZE_FIELD_OCTETS = 4;

const MS_PER_SECOND = 1000;
/** One piece of the traffic beside the cycles; there are as many as the cycles take. */
const TRAFFIC_SECONDS = 5;
const TRAFFIC_BODY_OCTETS = 100;

/** When nothing has come for so long, what is missing won't. */
const ARRIVAL_TIMEOUT_MS = 5000;
/** How long the broker may take to close what it has seen the end of. */
const CLOSE_TIMEOUT_MS = 5000;
const POLL_MS = 20;

export interface ChurnSettings {
  readonly cycles: number;
  /** Cycles under way at the same time. */
  readonly atOnce: number;
  readonly contentsPerCycle: number;
  /** Messages per second beside the cycles. */
  readonly trafficRate: number;
  /** Cycles before the first reading of descriptors and memory. */
  readonly warmUpCycles: number;
}

/** What a process holds. */
export interface Holdings {
  readonly descriptors: number;
  readonly rssOctets: number;
}

export interface ChurnFigures {
  readonly cycles: number;
  readonly cyclesPerSecond: number;
  readonly contents: number;
  readonly lost: number;
  /** Came twice or out of order. */
  readonly disordered: number;
  readonly trafficMessages: number;
  readonly before: Holdings;
  readonly after: Holdings;
}

/**
 * Leases a sink, connects, publishes and closes, again and again, beside traffic.
 * @throws Error if the broker refuses something, or loses or doubles a message of the traffic
 */
export async function runChurn(
  subject: RunningDirectmq,
  settings: ChurnSettings,
): Promise<ChurnFigures> {
  const feed = await ChurnFeed.open(subject.port, settings);
  const cycler = new Cycler(subject.port, feed.session, settings);
  await cycler.run(0, settings.warmUpCycles);
  await pieceOfTraffic(subject, settings);
  await feed.arrival(settings.warmUpCycles * settings.contentsPerCycle);
  const before = await holdings(subject);
  let isOver = false;
  const traffic = trafficUntil(subject, settings, () => isOver);
  const startedAtMs = Date.now();
  const { warmUpCycles, cycles } = settings;
  try {
    await cycler.run(warmUpCycles, warmUpCycles + cycles);
  } finally {
    isOver = true;
  }
  const seconds = (Date.now() - startedAtMs) / MS_PER_SECOND;
  const trafficMessages = await traffic;
  const contents = (warmUpCycles + cycles) * settings.contentsPerCycle;
  await feed.arrival(contents);
  const after = await holdings(subject, before.descriptors);
  await feed.close();
  return {
    cycles,
    cyclesPerSecond: cycles / seconds,
    contents,
    lost: contents - feed.received,
    disordered: feed.disordered,
    trafficMessages,
    before,
    after,
  };
}

/** Opens and closes sink connections. */
class Cycler {
  readonly #port: number;
  readonly #session: AmqpSession;
  readonly #settings: ChurnSettings;

  constructor(port: number, session: AmqpSession, settings: ChurnSettings) {
    this.#port = port;
    this.#session = session;
    this.#settings = settings;
  }

  /** The cycles from number `from` to `to`, some at a time. */
  async run(from: number, to: number): Promise<void> {
    for (let first = from; first < to; first += this.#settings.atOnce) {
      const count = Math.min(this.#settings.atOnce, to - first);
      for (let i = 0; i < count; i++) this.#session.send({ name: 'direct.put', sink: EXCHANGE });
      const cycles: Promise<void>[] = [];
      for (let i = 0; i < count; i++) {
        const { lease } = await this.#session.reply('direct.put-ok');
        cycles.push(this.#cycle(first + i, lease));
      }
      await Promise.all(cycles);
    }
  }

  /** Every other connection sends all it has to say in one piece. */
  async #cycle(cycle: number, lease: string): Promise<void> {
    const contents = contentsOf(cycle, this.#settings.contentsPerCycle);
    const isPipelined = cycle % 2 === 0;
    const dialogue = isPipelined
      ? await Dialogue.connect(HOST, this.#port)
      : await openDirect(HOST, this.#port, lease);
    if (isPipelined) {
      dialogue.write(Buffer.concat([DMP_PROTOCOL_HEADER, encodeShortstr(lease), contents]));
      await takeOk(dialogue);
      await takeOk(dialogue);
    }
    const socket = dialogue.handOverForWriting();
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.resume();
    socket.end(isPipelined ? Buffer.alloc(0) : contents);
    await closed;
  }
}

/** The feed that everything goes to that is published in cycles. */
class ChurnFeed {
  readonly session: AmqpSession;
  received = 0;
  disordered = 0;
  readonly #dialogue: Dialogue;
  /** By cycle: the number of the next content. */
  readonly #expected: Uint32Array;

  private constructor(session: AmqpSession, dialogue: Dialogue, cycles: number) {
    this.session = session;
    this.#dialogue = dialogue;
    this.#expected = new Uint32Array(cycles);
  }

  static async open(port: number, { cycles, warmUpCycles }: ChurnSettings): Promise<ChurnFeed> {
    const session = await AmqpSession.open(HOST, port);
    const exchange = { name: 'exchange.declare', exchange: EXCHANGE, type: 'direct' } as const;
    await session.call(exchange, 'exchange.declare-ok');
    const queue = { name: 'queue.declare', queue: QUEUE, exclusive: true } as const;
    await session.call(queue, 'queue.declare-ok');
    const bind = { name: 'queue.bind', queue: QUEUE, exchange: EXCHANGE, routingKey: KEY } as const;
    await session.call(bind, 'queue.bind-ok');
    const { lease } = await session.call({ name: 'direct.get', feed: QUEUE }, 'direct.get-ok');
    const dialogue = await openDirect(HOST, port, lease);
    const consume = { name: 'basic.consume', queue: QUEUE, noAck: true } as const;
    await session.call(consume, 'basic.consume-ok');
    const feed = new ChurnFeed(session, dialogue, cycles + warmUpCycles);
    void feed.#read();
    return feed;
  }

  /** Resolves when so many contents have come, or no more do. */
  async arrival(contents: number): Promise<void> {
    let giveUpAtMs = Date.now() + ARRIVAL_TIMEOUT_MS;
    let before = this.received;
    while (this.received < contents && Date.now() < giveUpAtMs) {
      await delay(POLL_MS);
      if (this.received > before) giveUpAtMs = Date.now() + ARRIVAL_TIMEOUT_MS;
      before = this.received;
    }
  }

  async close(): Promise<void> {
    this.#dialogue.close();
    await this.session.call({ name: 'queue.delete', queue: QUEUE }, 'queue.delete-ok');
    await this.session.call({ name: 'exchange.delete', exchange: EXCHANGE }, 'exchange.delete-ok');
    await this.session.close();
  }

  /** Reads until the connection ends. */
  async #read(): Promise<void> {
    try {
      for (;;) await this.#dialogue.take((received) => this.#takeContents(received));
    } catch {
      // The bench has closed it; if the broker has, contents are missing.
    }
  }

  #takeContents(received: Buffer): { value: number; octets: number } | null {
    let at = 0;
    while (received.length - at >= SIZE_FIELD_OCTETS) {
      const size = readUint32(received, at);
      const end = at + SIZE_FIELD_OCTETS + size;
      if (end > received.length) break;
      if (size > 0) this.#count(received, end - BODY_OCTETS);
      at = end;
    }
    return at === 0 ? null : { value: at, octets: at };
  }

  #count(b: Buffer, bodyAt: number): void {
    const cycle = readUint32(b, bodyAt);
    const index = readUint32(b, bodyAt + 4);
    this.received++;
    if (index !== this.#expected[cycle]) this.disordered++;
    this.#expected[cycle] = index + 1;
  }
}

/** Pieces of traffic one after the other; returns how many messages they had in all. */
async function trafficUntil(
  subject: RunningDirectmq,
  settings: ChurnSettings,
  isOver: () => boolean,
): Promise<number> {
  let messages = 0;
  while (!isOver()) messages += await pieceOfTraffic(subject, settings);
  return messages;
}

/** @throws Error if a message is lost or comes twice */
function pieceOfTraffic(subject: RunningDirectmq, { trafficRate }: ChurnSettings): Promise<number> {
  const topology = topologyOf('1P-1C');
  const bodyOctets = TRAFFIC_BODY_OCTETS;
  const workload = { topology, bodyOctets, confirmWindow: 0, prefetch: 0 };
  return Rig.use(subject, workload, async (rig) => {
    await rig.consume(true, 0);
    const manner = { name: 'paced', messagesPerSecond: trafficRate } as const;
    const reports = await rig.publish(manner, TRAFFIC_SECONDS * MS_PER_SECOND, true);
    return (await rig.settle(reports, true, false)).deliveredMessages;
  });
}

/** What the broker holds, once it has closed what it had to; at most `descriptors`, if it comes to that. */
async function holdings(
  subject: RunningDirectmq,
  descriptors = Number.POSITIVE_INFINITY,
): Promise<Holdings> {
  const giveUpAtMs = Date.now() + CLOSE_TIMEOUT_MS;
  let held = descriptorsOf(subject);
  for (;;) {
    await delay(POLL_MS);
    const before = held;
    held = descriptorsOf(subject);
    const isSettled = held === before && held <= descriptors;
    if (isSettled || Date.now() > giveUpAtMs) break;
  }
  return { descriptors: held, rssOctets: readUsage(subject.processIds).rssOctets };
}

function descriptorsOf({ processIds }: RunningDirectmq): number {
  return processIds.reduce((sum, id) => sum + readdirSync(`/proc/${id}/fd`).length, 0);
}

function contentsOf(cycle: number, count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const body = Buffer.alloc(BODY_OCTETS);
      body.writeUInt32BE(cycle, 0);
      body.writeUInt32BE(index, 4);
      return encodeDirect(EXCHANGE, KEY, body).octets;
    }),
  );
}
