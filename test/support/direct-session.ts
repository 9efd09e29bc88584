import { afterEach, beforeEach } from 'vitest';
import type { StartOptions } from './broker.ts';
import { DirectApplication } from './direct-application.ts';
import { DirectClient } from './direct-client.ts';
import type { Login } from './raw-client.ts';
import { TestSession } from './session.ts';

/** A set-up of the broker in which Direct Mode must behave as in any other. */
export interface Setup {
  readonly setup: string;
  readonly options: StartOptions;
}

/** So long that no timer of the broker goes off in a test, and hides that something was not woken. */
const setupTimeoutMs = 60_000;

/** Two shards, so that exchanges of one test are often in different ones. */
export const SETUPS: readonly Setup[] = [
  { setup: 'in one thread', options: { shards: 0, writers: 0, setupTimeoutMs } },
  { setup: 'in threads', options: { shards: 2, writers: 1, setupTimeoutMs } },
];

/** A session whose clients may open direct connections. */
export class DirectSession extends TestSession {
  private directClients: DirectClient[] = [];

  override async stop(): Promise<void> {
    for (const client of this.directClients) client.destroy();
    this.directClients = [];
    await super.stop();
  }

  /** A connection on which nothing was sent yet. */
  async direct(): Promise<DirectClient> {
    const client = await DirectClient.connect(this.running.port, this.running.host);
    this.directClients.push(client);
    return client;
  }

  /** An application with an AMQP connection of its own. */
  application(login: Login = {}): Promise<DirectApplication> {
    return DirectApplication.start(this, login);
  }
}

/** Gives every test of the surrounding suite a broker with these options. */
export function useDirectBroker(options: StartOptions): DirectSession {
  const session = new DirectSession(options);
  beforeEach(() => session.start());
  afterEach(() => session.stop());
  return session;
}

/** `label-0` to `label-(count - 1)`: bodies that tell their order. */
export function numbered(label: string, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `${label}-${from + index}`);
}

/** Fails the test, with a few words on what is wrong, unless exactly that was received. */
export function expectSequence(received: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((text, index) => text !== received[index]);
  if (at === -1 && received.length === expected.length) return;
  const distinct = new Set(received);
  const lost = expected.filter((text) => !distinct.has(text)).length;
  const doubled = received.length - distinct.size;
  const around = JSON.stringify(received.slice(Math.max(0, at - 2), at + 5));
  throw new Error(`${lost} lost, ${doubled} doubled, the first deviation at ${at}: ${around}`);
}
