import { PumpChild } from '../pump/child.ts';
import type {
  ConsumeOrder,
  ConsumeReply,
  DeclareOrder,
  DeclareReply,
  Library,
  Order,
  PublishOrder,
  PublishReply,
} from './orders.ts';

/** It answers between two turns of an event loop that may be very busy. */
const REPLY_TIMEOUT_MS = 30_000;
/** A large backlog takes a slow library its time. */
const CONSUME_TIMEOUT_MS = 240_000;

/** An application in a process of its own, seen from the bench. */
export class Application {
  readonly #child = new PumpChild('../applications/application-process.js', null);

  /** Connects with one of the libraries and opens a channel. */
  static async open(library: Library, url: string): Promise<Application> {
    const application = new Application();
    await application.#ask({ kind: 'open', library, url });
    return application;
  }

  publish(order: Omit<PublishOrder, 'kind'>): Promise<PublishReply> {
    const timeoutMs = order.warmUpMs + order.durationMs + REPLY_TIMEOUT_MS;
    return this.#ask({ kind: 'publish', ...order }, timeoutMs);
  }

  /** Declares a private queue, bound as the order says. @returns its name */
  async declare(order: Omit<DeclareOrder, 'kind'>): Promise<string> {
    return (await this.#ask<DeclareReply>({ kind: 'declare', ...order })).queue;
  }

  /** Consumes what waits in that queue. */
  consume(order: Omit<ConsumeOrder, 'kind'>): Promise<ConsumeReply> {
    return this.#ask({ kind: 'consume', ...order }, CONSUME_TIMEOUT_MS);
  }

  /** Ends the process, after its connection if that lets itself be closed. */
  async stop(): Promise<void> {
    await this.#ask({ kind: 'close' }).catch(() => {});
    this.#child.kill();
  }

  #ask<Reply>(order: Order, timeoutMs = REPLY_TIMEOUT_MS): Promise<Reply> {
    return this.#child.ask<Reply>(order, timeoutMs);
  }
}
