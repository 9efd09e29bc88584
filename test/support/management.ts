import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { PermissionPatterns } from '../../src/amqp-control/security/permissions.ts';
import { Broker } from '../../src/broker.ts';
import type { StartOptions } from './broker.ts';
import { waitFor } from './wait-for.ts';

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

/** What a user may do in a virtual host. */
interface Grant {
  readonly user: string;
  readonly vhost: string;
  readonly patterns: PermissionPatterns;
}

/**
 * A broker with its management API, both on free ports. To start one takes a thread, so the tests of a
 * file share it; each finds it as it was at first, but for what it has counted and logged.
 */
export class ManagedBroker {
  private readonly options: StartOptions;
  private started: Broker | null = null;
  private users: readonly string[] = [];
  private vhosts: readonly string[] = [];
  private grants: readonly Grant[] = [];

  constructor(options: StartOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    this.started = await Broker.start({ port: 0, managementPort: 0, ...this.options });
    this.started.administer(({ accounts, vhosts }) => {
      this.users = [...accounts.users.keys()];
      this.vhosts = [...vhosts.keys()];
      this.grants = [...accounts.users.values()].flatMap(({ name, permissions }) =>
        [...permissions].map(([vhost, { patterns }]) => ({ user: name, vhost, patterns })),
      );
    });
  }

  /** Takes back all that was made since the start: connections, topology, users, policies, alarms. */
  async reset(): Promise<void> {
    const { broker } = this;
    broker.administer((core) => {
      for (const connection of [...core.connections.values()]) connection.shutDown();
      core.setAlarm('memory', null);
      for (const name of [...core.globalParameters.all.keys()]) core.globalParameters.delete(name);
      for (const vhost of [...core.vhosts.keys()]) core.deleteVhost(vhost);
      for (const vhost of this.vhosts) core.vhostBook.put(vhost);
      for (const name of [...core.accounts.users.keys()]) {
        if (this.users.includes(name)) core.accounts.clearLimits(name);
        else core.accounts.deleteUser(name);
      }
      for (const { user, vhost, patterns } of this.grants) {
        core.accounts.setPermissions(user, vhost, patterns);
      }
    });
    await waitFor('all connections to close', () =>
      broker.administer(({ connections }) => connections.size === 0),
    );
    await waitFor('the API to see it', async () => {
      const { json } = await this.get('/api/overview?columns=object_totals');
      return json.object_totals.queues === 0 && json.object_totals.connections === 0;
    });
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

/** Gives the tests of the surrounding suite one managed broker, reset behind each. */
export function useManagedBroker(options: StartOptions = {}): ManagedBroker {
  const managed = new ManagedBroker(options);
  beforeAll(() => managed.start());
  afterEach(() => managed.reset());
  afterAll(() => managed.stop());
  return managed;
}
