import { delay, NS_PER_SECOND } from '../lib/clock.ts';
import { Consumer } from '../pump/consumer.ts';
import type { DeliverySnapshot, Framing } from '../pump/orders.ts';
import { Publisher } from '../pump/publisher.ts';
import { openAmqpWorkload } from '../subjects/amqp-workload.ts';
import { HOST } from '../subjects/host.ts';
import { topologyOf } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';
import { Application } from './application.ts';
import type { Library } from './orders.ts';

/** What one application did. */
export interface ClientFigures {
  readonly messagesPerSecond: number;
  /** CPU time of the application's process for each message, in microseconds. */
  readonly cpuMicroseconds: number;
  /** All messages of the run: as many were published as arrived, each once and in order. */
  readonly messages: number;
}

export interface ClientRunSettings {
  readonly bodyOctets: number;
  /** Before what is measured of publishing. */
  readonly warmUpSeconds: number;
  /** Of publishing. */
  readonly seconds: number;
  /** Messages that wait in the queue when consuming starts. */
  readonly backlogMessages: number;
}

/** One thing that a run measures. */
export type ClientRun = (
  port: number,
  library: Library,
  settings: ClientRunSettings,
) => Promise<ClientFigures>;

const MS_PER_SECOND = 1000;
const POLL_MS = 20;
/** Nothing new for so long, and what is missing will not come. */
const IDLE_MS = 2000;
/** Until what a pump has written to its socket is in the queue. */
const SETTLE_MS = 500;
/** Part of a backlog that is not measured: compilers and buffers warm up meanwhile. */
const WARM_UP_SHARE = 0.2;
/** Octets that an empty table of headers adds to a content; libraries publish it, pumps do not. */
const EMPTY_HEADERS_OCTETS = 4;

/**
 * An application publishes as fast as it may; a pump, which is much faster, consumes that.
 * @throws Error if not every message arrives once and in order
 */
export const runPublishing: ClientRun = async (port, library, settings) => {
  const workload = workloadOf(settings);
  const lines = await openAmqpWorkload(HOST, port, workload, {
    publisher: 'ordinary',
    consumer: wayOf(library),
  });
  const consumer = new Consumer(lines.consumers[0].socket);
  for (const { socket } of lines.publishers) socket.destroy();
  const application = await Application.open(library, urlOf(port));
  try {
    const framing = withHeaders(lines.consumers[0].framing);
    await consumer.start({ framing, stamped: true, timedFromSequence: Infinity });
    const { exchange, routingKeys } = workload.topology.publishers[0];
    const report = await application.publish({
      exchange,
      routingKey: routingKeys[0],
      bodyOctets: settings.bodyOctets,
      warmUpMs: settings.warmUpSeconds * MS_PER_SECOND,
      durationMs: settings.seconds * MS_PER_SECOND,
    });
    const published = report.publishedMessages;
    checkArrivals(library, published, await arrivalsOf(consumer, published));
    return {
      messagesPerSecond: report.measuredMessages / (report.elapsedNs / NS_PER_SECOND),
      cpuMicroseconds: report.cpuMicroseconds / report.measuredMessages,
      messages: published,
    };
  } finally {
    await application.stop();
    consumer.kill();
    await lines.close();
  }
};

/**
 * An application consumes a queue that a pump has filled, as fast as it can.
 * @throws Error if not every message arrives once and in order
 */
export const runConsuming: ClientRun = async (port, library, settings) => {
  const workload = workloadOf(settings);
  const topology = { ...workload.topology, consumers: [] };
  const paths = { publisher: 'ordinary', consumer: 'ordinary' } as const;
  const lines = await openAmqpWorkload(HOST, port, { ...workload, topology }, paths);
  const publisher = new Publisher(lines.publishers[0].socket);
  const application = await Application.open(library, urlOf(port));
  try {
    const { exchange, routingKeys } = topology.publishers[0];
    await application.declare({ exchange, routingKey: routingKeys[0] });
    const messages = settings.backlogMessages;
    const warmUpMessages = Math.floor(messages * WARM_UP_SHARE);
    await publisher.publish({
      block: lines.publishers[0].block,
      publisher: 0,
      manner: { name: 'counted', messages },
      durationMs: 0,
      stamped: true,
    });
    await delay(SETTLE_MS);
    const report = await application.consume({ messages, warmUpMessages });
    if (report.messages !== messages || report.faults > 0) {
      throw new Error(
        `${library}: ${report.messages} of ${messages} messages arrived, ${report.faults} of them ` +
          'out of their place',
      );
    }
    const measured = messages - warmUpMessages;
    return {
      messagesPerSecond: measured / (report.elapsedNs / NS_PER_SECOND),
      cpuMicroseconds: report.cpuMicroseconds / measured,
      messages,
    };
  } finally {
    await application.stop();
    publisher.kill();
    await lines.close();
  }
};

function workloadOf({ bodyOctets }: ClientRunSettings): Workload {
  return { topology: topologyOf('1P-1C'), bodyOctets, confirmWindow: 0, prefetch: 0 };
}

function wayOf(library: Library): 'direct' | 'ordinary' {
  return library === 'direct' ? 'direct' : 'ordinary';
}

function urlOf(port: number): string {
  return `amqp://guest:guest@${HOST}:${port}`;
}

/** Contents as libraries publish them. */
function withHeaders(framing: Framing): Framing {
  if (framing.kind !== 'contents') return framing;
  return {
    ...framing,
    contentOctets: framing.contentOctets + EMPTY_HEADERS_OCTETS,
    bodyAt: framing.bodyAt + EMPTY_HEADERS_OCTETS,
  };
}

/** What has arrived when all has, or when nothing comes any more. */
async function arrivalsOf(consumer: Consumer, expected: number): Promise<DeliverySnapshot> {
  let snapshot = await consumer.snapshot();
  let changedAt = Date.now();
  while (snapshot.messages < expected && Date.now() - changedAt < IDLE_MS) {
    await delay(POLL_MS);
    const { messages } = snapshot;
    snapshot = await consumer.snapshot();
    if (snapshot.messages > messages) changedAt = Date.now();
  }
  return snapshot;
}

function checkArrivals(library: Library, published: number, final: DeliverySnapshot): void {
  const { messages, missing, disordered } = final;
  if (messages === published && missing === 0 && disordered === 0) return;
  throw new Error(
    `${library}: ${messages} of ${published} messages arrived, ${missing} are missing, ` +
      `${disordered} came twice or out of order`,
  );
}
