import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  connect,
  type Options,
  type SocketOptions,
} from 'amqplib';
import { afterEach, beforeEach } from 'vitest';
import type { BrokerCore } from '../../src/amqp-control/broker-core.ts';
import { isOracle, type RunningBroker, type StartOptions, startBroker } from './broker.ts';
import { RawClient } from './raw-client.ts';
import { within } from './wait-for.ts';

/** Why the broker closed a channel or connection. */
export interface Failure extends Error {
  /** The AMQP reply code. */
  code: number;
}

type Emitter = Channel | ChannelModel;

/** One broker for each test, with the clients the test opens; all of it ended after the test. */
export class TestSession {
  private readonly options: StartOptions;
  private broker: RunningBroker | undefined;
  private connections: ChannelModel[] = [];
  private rawClients: RawClient[] = [];
  private names: string[] = [];
  private failures = new WeakMap<Emitter, Promise<Failure>>();

  constructor(options: StartOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    this.broker = await startBroker(this.options);
  }

  async stop(): Promise<void> {
    for (const client of this.rawClients) client.destroy();
    await Promise.all(this.connections.map((connection) => connection.close().catch(() => {})));
    this.connections = [];
    this.rawClients = [];
    if (isOracle) await this.removeNames();
    await this.broker?.stop();
    this.broker = undefined;
  }

  get running(): RunningBroker {
    if (this.broker === undefined) throw new Error('the broker is not started');
    return this.broker;
  }

  /** As Broker's. */
  administer<Result>(work: (core: BrokerCore) => Result): Result {
    return this.running.administer(work);
  }

  get url(): string {
    return this.running.url;
  }

  /** A name no other test uses; whatever it named is deleted after the test. */
  name(label: string): string {
    const name = `${label}-${process.pid}-${Math.random().toString(36).slice(2)}`;
    this.names.push(name);
    return name;
  }

  /** Another connection, by amqplib. Errors it meets are told by `failureOf`. */
  async connect(
    options: Options.Connect = {},
    socketOptions: SocketOptions = {},
  ): Promise<ChannelModel> {
    const { host, port } = this.running;
    const target = { hostname: host, port, username: 'guest', password: 'guest', ...options };
    const connection = await connect(target, { noDelay: true, ...socketOptions });
    this.watch(connection);
    this.connections.push(connection);
    return connection;
  }

  /** A channel, on a connection of its own unless one is given. */
  async channel(connection?: ChannelModel): Promise<Channel> {
    const channel = await (connection ?? (await this.connect())).createChannel();
    this.watch(channel);
    return channel;
  }

  /** A channel in confirm mode, on a connection of its own unless one is given. */
  async confirmChannel(connection?: ChannelModel): Promise<ConfirmChannel> {
    const channel = await (connection ?? (await this.connect())).createConfirmChannel();
    this.watch(channel);
    return channel;
  }

  /** A connection that has sent nothing yet and on which any octets can be sent. */
  async raw(): Promise<RawClient> {
    const client = await RawClient.connect(this.running.port, this.running.host);
    this.rawClients.push(client);
    return client;
  }

  /** A raw client that is logged in as guest and has channel 1 open. */
  async rawChannel(): Promise<RawClient> {
    const client = await this.raw();
    await client.login();
    await client.openChannel(1);
    return client;
  }

  /** The reason for which the broker closes that channel or connection. */
  async failureOf(emitter: Emitter): Promise<Failure> {
    const failure = this.failures.get(emitter);
    if (failure === undefined) throw new Error('not opened through this session');
    return within('the broker to close it', failure);
  }

  /** Why the broker ends a connection by an operator's will, which amqplib takes for no error. */
  async endOf(connection: ChannelModel): Promise<Failure> {
    const end = new Promise<Failure>((resolve) => connection.on('close', resolve));
    return within('the broker to close it', end);
  }

  private watch(emitter: Emitter): void {
    this.failures.set(
      emitter,
      new Promise((resolve) => emitter.on('error', (error) => resolve(error as Failure))),
    );
  }

  private async removeNames(): Promise<void> {
    const connection = await connect(this.url);
    const channel = await connection.createChannel();
    for (const name of this.names) {
      await channel.deleteQueue(name);
      await channel.deleteExchange(name);
    }
    this.names = [];
    await connection.close();
  }
}

/** Gives every test of the surrounding suite a broker with these options. */
export function useBroker(options: StartOptions = {}): TestSession {
  const session = new TestSession(options);
  beforeEach(() => session.start());
  afterEach(() => session.stop());
  return session;
}
