import { EventEmitter } from 'node:events';
import type { Session } from '../session.ts';
import type { ChannelModel, Connection } from '../types/api.ts';
import type { ChannelOptions } from '../types/settings.ts';
import type { ConnectionStats } from '../types/stats.ts';
import { forwardEvents } from './forward-events.ts';
import { PromiseChannel } from './promise-channel.ts';
import { PromiseConfirmChannel } from './promise-confirm-channel.ts';

/** A connection with amqplib's promise API. */
export class PromiseModel extends EventEmitter implements ChannelModel {
  private readonly session: Session;

  constructor(session: Session) {
    super();
    this.session = session;
    forwardEvents(session.connection, this);
  }

  get connection(): Connection {
    return this.session.connection;
  }

  async close(): Promise<void> {
    return new Promise((resolve) => {
      this.session.connection.close(resolve);
    });
  }

  async updateSecret(newSecret: Buffer, reason: string): Promise<void> {
    return new Promise((resolve) => {
      this.session.connection.updateSecret(newSecret, reason, resolve);
    });
  }

  async createChannel(options?: ChannelOptions): Promise<PromiseChannel> {
    const channel = new PromiseChannel(this.session.connection, options);
    await channel.open();
    this.session.attach(channel);
    return channel;
  }

  async createConfirmChannel(options?: ChannelOptions): Promise<PromiseConfirmChannel> {
    const channel = new PromiseConfirmChannel(this.session.connection, options);
    await channel.open();
    return channel;
  }

  stats(): ConnectionStats {
    return this.session.stats();
  }
}
