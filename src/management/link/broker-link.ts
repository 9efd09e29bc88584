import type { MessagePort } from 'node:worker_threads';
import type { DirectReport } from '../../amqp-control/direct/direct-report.ts';
import type { TlsContext } from '../../amqp-control/net/tls-files.ts';
import type { StageReport } from '../../amqp-control/stats/chronometer.ts';
import type { ObjectSlice } from '../../amqp-control/stats/object-walk.ts';
import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import type { BrokerEvent } from '../desk/event-ring.ts';
import type { NodeFigures } from '../desk/node-figures.ts';
import { ApiError } from './api-error.ts';
import type { FromManagement, Identity, LatencyOf, Question, ToManagement } from './messages.ts';

/**
 * How long main may take to answer before the client is told so, in milliseconds: RabbitMQ's tools
 * wait for a minute, and main has stalled for good long before.
 */
const ANSWER_TIMEOUT_MS = 30_000;

interface Waiting {
  readonly onSlice: ((slice: ObjectSlice) => void) | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The management thread's way to ask main. */
export class BrokerLink {
  onUsersChanged: () => void = () => {};
  onTlsChanged: (tls: TlsContext) => void = () => {};
  onStop: () => void = () => {};
  private readonly port: MessagePort;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  constructor(port: MessagePort) {
    this.port = port;
    port.on('message', (message: ToManagement) => this.hear(message));
  }

  send(message: FromManagement): void {
    this.port.postMessage(message);
  }

  /** Resolves when the last slice has been handed over. */
  async walk(
    kind: Extract<Question, { ask: 'walk' }>['kind'],
    onSlice: (slice: ObjectSlice) => void,
  ): Promise<void> {
    await this.ask({ ask: 'walk', kind }, onSlice);
  }

  async one(
    kind: Extract<Question, { ask: 'one' }>['kind'],
    vhost: string,
    name: string,
  ): Promise<ObjectSlice | null> {
    return (await this.ask({ ask: 'one', kind, vhost, name })) as ObjectSlice | null;
  }

  async node(): Promise<NodeFigures> {
    return (await this.ask({ ask: 'node' })) as NodeFigures;
  }

  async direct(): Promise<DirectReport> {
    return (await this.ask({ ask: 'direct' })) as DirectReport;
  }

  async latency(of: LatencyOf | null = null): Promise<StageReport[]> {
    return (await this.ask({ ask: 'latency', of })) as StageReport[];
  }

  /** Events behind number `after`, the oldest first. */
  async events(after: number): Promise<BrokerEvent[]> {
    return (await this.ask({ ask: 'events', after })) as BrokerEvent[];
  }

  /** @returns the user, or null if it is not to be let in */
  async login(name: string, password: string, peer: string): Promise<Identity | null> {
    return (await this.ask({ ask: 'login', name, password, peer })) as Identity | null;
  }

  /** Has main do or look up something. @throws ApiError */
  act(act: string, user: string, given: JsonObject): Promise<unknown> {
    return this.ask({ ask: 'act', act, user, with: given });
  }

  private ask(
    question: Question,
    onSlice: ((slice: ObjectSlice) => void) | null = null,
  ): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new ApiError(503, 'timeout', 'the broker is too busy to answer, try again'));
      }, ANSWER_TIMEOUT_MS);
      this.waiting.set(id, { onSlice, resolve, reject, timer });
      this.send({ kind: 'question', id, question });
    });
  }

  private hear(message: ToManagement): void {
    switch (message.kind) {
      case 'usersChanged':
        this.onUsersChanged();
        break;
      case 'tlsChanged':
        this.onTlsChanged(message.tls);
        break;
      case 'stop':
        this.onStop();
        break;
      case 'slice':
        this.waiting.get(message.id)?.onSlice?.(message.slice);
        if (message.slice.last) this.settle(message.id)?.resolve(null);
        break;
      case 'answer':
        this.settle(message.id)?.resolve(message.value);
        break;
      case 'refusal': {
        const { status, error, reason } = message.refusal;
        this.settle(message.id)?.reject(new ApiError(status, error, reason));
        break;
      }
    }
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
