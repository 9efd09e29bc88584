import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedMessage } from '../workload/encode.ts';
import { encodeBlock, fillerBody } from '../workload/encode.ts';
import type { ConsumerPlan, PublisherPlan } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';
import type { Dialogue } from './dialogue.ts';
import { freePort } from './free-port.ts';
import { type ServerCommand, ServerProcess } from './server-process.ts';
import type {
  ConsumerLine,
  OpenWorkload,
  PublisherLine,
  RunningSubject,
  Subject,
} from './subject.ts';

/** A protocol in which one publishes to a topic and gets what others publish there, or loses it. */
export interface PubSubProtocol {
  /** Opens a connection that will publish. */
  connectPublisher(port: number): Promise<Dialogue>;
  /** Opens a connection and subscribes it to the topic. */
  connectConsumer(port: number, topic: string): Promise<Dialogue>;
  /** What a publisher sends. */
  publication(topic: string, body: Buffer): EncodedMessage;
  /** What a consumer may get between two messages, and need not answer during a run; or empty. */
  readonly interjection: string;
  /** What a consumer gets. */
  delivery(topic: string, body: Buffer): EncodedMessage;
}

/** A pub/sub server; each exchange of a topology is a topic there. */
export class PubSubSubject implements Subject {
  readonly name: string;
  readonly #command: (port: number) => ServerCommand;
  readonly #protocol: PubSubProtocol;

  constructor(name: string, command: (port: number) => ServerCommand, protocol: PubSubProtocol) {
    this.name = name;
    this.#command = command;
    this.#protocol = protocol;
  }

  refusal({ topology, confirmWindow, prefetch }: Workload): string | null {
    if (confirmWindow > 0 || prefetch > 0) return 'it is compared without confirms and acks';
    if (topology.consumers.some(({ bindings }) => bindings.length > 1)) {
      return 'it is compared on single topics';
    }
    return null;
  }

  async start(): Promise<RunningSubject> {
    const port = await freePort();
    // Servers that keep a snapshot of their data do it in the folder they are started in.
    const folder = mkdtempSync(join(tmpdir(), 'bench-peer-'));
    const server = new ServerProcess({ cwd: folder, ...this.#command(port) });
    await server.waitForPort(port);
    return new RunningPubSub(server, port, folder, this.#protocol);
  }
}

class RunningPubSub implements RunningSubject {
  readonly processIds: readonly number[];
  readonly mayDrop = true;
  readonly #server: ServerProcess;
  readonly #port: number;
  readonly #folder: string;
  readonly #protocol: PubSubProtocol;

  constructor(server: ServerProcess, port: number, folder: string, protocol: PubSubProtocol) {
    this.processIds = [server.processId];
    this.#server = server;
    this.#port = port;
    this.#folder = folder;
    this.#protocol = protocol;
  }

  async open({ topology, bodyOctets }: Workload): Promise<OpenWorkload> {
    const body = fillerBody(bodyOctets);
    const consumers: ConsumerLine[] = [];
    for (const plan of topology.consumers) consumers.push(await this.#consumer(plan, body));
    const publishers: PublisherLine[] = [];
    for (const plan of topology.publishers) publishers.push(await this.#publisher(plan, body));
    return { consumers, publishers, close: async () => {} };
  }

  transcript(): string {
    return this.#server.transcript;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #consumer({ bindings }: ConsumerPlan, body: Buffer): Promise<ConsumerLine> {
    const topic = bindings[0].exchange;
    const dialogue = await this.#protocol.connectConsumer(this.#port, topic);
    const { octets, bodyAt } = this.#protocol.delivery(topic, body);
    const { interjection } = this.#protocol;
    const framing = { kind: 'fixed', messageOctets: octets.length, bodyAt, interjection } as const;
    return { socket: dialogue.handOver(), framing };
  }

  async #publisher(plan: PublisherPlan, body: Buffer): Promise<PublisherLine> {
    const dialogue = await this.#protocol.connectPublisher(this.#port);
    const topic = plan.exchange;
    const block = encodeBlock([topic], () => this.#protocol.publication(topic, body));
    return { socket: dialogue.handOverForWriting(), block, plan };
  }
}

/** A message of a head, the body and an end. */
export function framed(head: Buffer | string, body: Buffer, end: string): EncodedMessage {
  const octets = Buffer.concat([Buffer.from(head), body, Buffer.from(end)]);
  return { octets, bodyAt: Buffer.byteLength(head) };
}
