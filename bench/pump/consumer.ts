import type { Socket } from 'node:net';
import { PumpChild } from './child.ts';
import type { ConsumeOrder, ConsumerReply, ConsumerRequest, DeliverySnapshot } from './orders.ts';

/** It answers from a thread that has nothing else to do, but the machine may be busy. */
const REPLY_TIMEOUT_MS = 10_000;

/** A process that consumes from one connection. */
export class Consumer {
  readonly #child: PumpChild;

  constructor(socket: Socket) {
    this.#child = new PumpChild('./consumer-process.js', socket);
  }

  get processId(): number {
    return this.#child.processId;
  }

  /** Starts to read; resolves when the reading thread runs. */
  async start(order: ConsumeOrder): Promise<void> {
    await this.#ask({ kind: 'start', order }, 'started');
  }

  async snapshot(): Promise<DeliverySnapshot> {
    return (await this.#ask({ kind: 'snapshot' }, 'snapshot')).snapshot;
  }

  /** Counts of latencies by `latencyIndex`. */
  async latencyCounts(): Promise<Int32Array> {
    return (await this.#ask({ kind: 'latencies' }, 'latencies')).counts;
  }

  kill(): void {
    this.#child.kill();
  }

  async #ask<Kind extends ConsumerReply['kind']>(
    request: ConsumerRequest,
    kind: Kind,
  ): Promise<Extract<ConsumerReply, { kind: Kind }>> {
    const reply = await this.#child.ask<ConsumerReply>(request, REPLY_TIMEOUT_MS);
    if (reply.kind !== kind) throw new Error(`Expected ${kind}, got ${reply.kind}`);
    return reply as Extract<ConsumerReply, { kind: Kind }>;
  }
}
