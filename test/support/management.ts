import { connect } from 'amqplib';
import { afterEach, beforeEach } from 'vitest';
import { Broker } from '../../src/broker.ts';
import type { StartOptions } from './broker.ts';

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at JSON of any shape
  readonly json: any;
  readonly text: string;
}

/** How a request differs from an administrator's. */
export interface AskOptions {
  /** `name:password`; null for none. */
  readonly as?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A broker with its management API for each test, both on free ports. */
export class ManagedBroker {
  private readonly options: StartOptions;
  private started: Broker | null = null;

  constructor(options: StartOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    this.started = await Broker.start({ port: 0, managementPort: 0, ...this.options });
  }

  async stop(): Promise<void> {
    await this.started?.stop({ graceMs: 1000 });
  }

  get broker(): Broker {
    if (this.started === null) throw new Error('the broker is not started');
    return this.started;
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    const listener = this.broker.listeners.find(({ name }) => name === 'management');
    if (listener === undefined) throw new Error('there is no management API');
    return `http://${listener.address}`;
  }

  /** A connection of amqplib. */
  connect(url = this.broker.url): ReturnType<typeof connect> {
    return connect(url);
  }

  get(path: string, options: AskOptions = {}): Promise<Answer> {
    return this.ask('GET', path, options);
  }

  put(path: string, body: unknown = {}, options: AskOptions = {}): Promise<Answer> {
    return this.ask('PUT', path, { body, ...options });
  }

  post(path: string, body: unknown = {}, options: AskOptions = {}): Promise<Answer> {
    return this.ask('POST', path, { body, ...options });
  }

  delete(path: string, options: AskOptions = {}): Promise<Answer> {
    return this.ask('DELETE', path, options);
  }

  async ask(method: string, path: string, options: AskOptions): Promise<Answer> {
    const { as = 'guest:guest', headers = {}, body } = options;
    const login: Record<string, string> = as === null ? {} : { authorization: `Basic ${btoa(as)}` };
    const response = await fetch(this.url + path, {
      method,
      headers: { ...login, ...headers },
      body: body === undefined ? undefined : bodyText(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      json: isJson ? JSON.parse(text) : undefined,
      text,
    };
  }
}

function bodyText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** A managed broker that is started and stopped with each test of the file. */
export function useManagedBroker(options: StartOptions = {}): ManagedBroker {
  const managed = new ManagedBroker(options);
  beforeEach(() => managed.start());
  afterEach(() => managed.stop());
  return managed;
}
