import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import type { Ledger } from '../model/ledger.ts';
import type { Topology } from '../model/topology.ts';
import { Dice } from './dice.ts';

/** What clients of one run of the broker share. */
export class Run {
  readonly ledger: Ledger;
  readonly topology: Topology;
  private readonly port: number;
  private readonly seeds: Dice;
  private readonly connections = new Set<ChannelModel>();
  private readonly blocked = new Set<ChannelModel>();
  private readonly closed: Promise<unknown>[] = [];
  private over = false;
  private leaving = false;

  constructor(ledger: Ledger, topology: Topology, port: number, seed: number) {
    this.ledger = ledger;
    this.topology = topology;
    this.port = port;
    this.seeds = new Dice(seed);
  }

  /** Actors come to their end. */
  get isOver(): boolean {
    return this.leaving;
  }

  /** The broker is about to be ended, or is. */
  get isEnded(): boolean {
    return this.over;
  }

  /** Connections that were told that the broker does not read what they publish. */
  get blockedConnections(): number {
    return this.blocked.size;
  }

  /** The broker is about to be ended: from now on nothing that fails is worth a word. */
  end(): void {
    this.leaving = true;
    this.over = true;
  }

  /** Lets the clients go, one after the other, from a broker that goes on. */
  async leave(actors: readonly Promise<void>[]): Promise<void> {
    this.leaving = true;
    await Promise.all(actors);
    for (const connection of [...this.connections]) await connection.close();
  }

  dice(): Dice {
    return new Dice(this.seeds.seed());
  }

  async connect(): Promise<ChannelModel> {
    const connection = await connect(
      { hostname: '127.0.0.1', port: this.port, heartbeat: 0 },
      { noDelay: true },
    );
    connection.on('error', (error) => this.report('a connection', error));
    connection.on('blocked', () => this.blocked.add(connection));
    connection.on('unblocked', () => this.blocked.delete(connection));
    this.connections.add(connection);
    const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()));
    this.closed.push(closed.then(() => this.gone(connection)));
    return connection;
  }

  private gone(connection: ChannelModel): void {
    this.connections.delete(connection);
    this.blocked.delete(connection);
  }

  async channel(connection: ChannelModel): Promise<Channel> {
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.report('a channel', error));
    return channel;
  }

  async confirmChannel(connection: ChannelModel): Promise<ConfirmChannel> {
    const channel = await connection.createConfirmChannel();
    channel.on('error', (error) => this.report('a channel', error));
    return channel;
  }

  /** Closes a channel; unlike amqplib's promise this one ends when the connection does. */
  async close(channel: Channel): Promise<void> {
    const gone = new Promise<void>((resolve) => channel.once('close', () => resolve()));
    await Promise.race([channel.close(), gone]);
    if (this.over) throw new Error('the broker is ended');
  }

  /** Lets an actor run until the run is over; what ends it earlier is a finding. */
  async play(name: string, act: (dice: Dice) => Promise<void>): Promise<void> {
    const dice = this.dice();
    while (!this.leaving) {
      try {
        await act(dice);
      } catch (error) {
        if (this.over) return;
        this.report(name, error);
        return;
      }
    }
  }

  /** Resolves when the clients have read everything that the broker had sent before its end. */
  async disconnected(): Promise<void> {
    await Promise.all(this.closed);
  }

  /** Something failed that may not, unless the run is over. */
  report(what: string, error: unknown): void {
    if (this.over) return;
    const text = error instanceof Error ? error.message : String(error);
    this.ledger.find('broker', `${what} failed while the broker was running: ${text}`);
  }
}

/** Resolves after so many milliseconds; 0 = at the end of this turn of the event loop. */
export function pause(timeMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (timeMs === 0) setImmediate(resolve);
    else setTimeout(resolve, timeMs);
  });
}
