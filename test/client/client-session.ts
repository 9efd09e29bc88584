import { afterEach, beforeEach } from 'vitest';
import { type ChannelModel, connect, type SocketOptions } from '../../src/client/index.ts';
import { isOracle, type RunningBroker, type StartOptions, startBroker } from '../support/broker.ts';
import { CuttingProxy } from './cutting-proxy.ts';

/** Behind the name of what only this project's broker does; says why it is skipped, if it is. */
export const needsDirectMode = isOracle
  ? ' (skipped: the broker named by DIRECTMQ_TEST_URL has no Direct Mode)'
  : '';

/** What tests leave behind in a broker that is not theirs alone. */
const LEFT_QUEUES = ['q', 'shared', 'full', 'only here'];
const LEFT_EXCHANGES = ['e', 'e1', 'e2', 'e3'];

/** For each test a broker, a proxy in front of it, and the connections the test opens. */
export class ClientSession {
  private readonly options: StartOptions;
  private running: RunningBroker | undefined;
  private cutter: CuttingProxy | undefined;
  private connections: ChannelModel[] = [];

  constructor(options: StartOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    this.running = await startBroker(this.options);
    this.cutter = await CuttingProxy.start(this.running.port);
  }

  async stop(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close().catch(() => {})));
    this.connections = [];
    if (isOracle) await this.cleanUp();
    await this.cutter?.stop();
    await this.running?.stop();
  }

  private async cleanUp(): Promise<void> {
    const connection = await connect(this.broker.url);
    const channel = await connection.createChannel();
    for (const queue of LEFT_QUEUES) await channel.deleteQueue(queue);
    for (const exchange of LEFT_EXCHANGES) await channel.deleteExchange(exchange);
    await connection.close();
  }

  get broker(): RunningBroker {
    if (this.running === undefined) throw new Error('the broker is not started');
    return this.running;
  }

  get proxy(): CuttingProxy {
    if (this.cutter === undefined) throw new Error('the proxy is not started');
    return this.cutter;
  }

  /** A connection straight to the broker. */
  connect(options: SocketOptions = {}): Promise<ChannelModel> {
    return this.track(connect(this.broker.url, options));
  }

  /** A connection that the test can break. */
  connectThroughProxy(options: SocketOptions = {}): Promise<ChannelModel> {
    return this.track(connect(this.proxy.url, options));
  }

  /** Closes the connection after the test. */
  async track(connecting: Promise<ChannelModel>): Promise<ChannelModel> {
    const connection = await connecting;
    this.connections.push(connection);
    connection.on('error', () => {});
    return connection;
  }
}

/** Gives every test of the surrounding suite a broker with these options. */
export function useClientSession(options: StartOptions = {}): ClientSession {
  const session = new ClientSession(options);
  beforeEach(() => session.start());
  afterEach(() => session.stop());
  return session;
}
