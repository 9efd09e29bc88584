import type { Socket } from 'node:net';
import { PumpChild } from './child.ts';
import type { PublishOrder, PublishReport } from './orders.ts';

/** Grace after an order's duration: a broker that blocks publishers must let them go by then. */
const REPORT_GRACE_MS = 30_000;

/** A process that publishes on one connection. */
export class Publisher {
  readonly #child: PumpChild;

  constructor(socket: Socket) {
    this.#child = new PumpChild('./publisher-process.js', socket);
  }

  get processId(): number {
    return this.#child.processId;
  }

  /** Carries out the order, once. */
  publish(order: PublishOrder): Promise<PublishReport> {
    return this.#child.ask<PublishReport>(order, order.durationMs + REPORT_GRACE_MS);
  }

  kill(): void {
    this.#child.kill();
  }
}
