import { EventEmitter } from 'node:events';
import type { Session } from '../session.ts';
import type { ChannelModel, Connection } from '../types/api.ts';
import type { ChannelOptions } from '../types/settings.ts';
import type { ConnectionStats } from '../types/stats.ts';
import { forwardEvents } from './forward-events.ts';
import { PromiseChannel, PromiseConfirmChannel } from './promise-channel.ts';

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

  createChannel(options?: ChannelOptions): Promise<PromiseChannel> {
    return this.opened(new PromiseChannel(this.session.connection, options));
  }

  createConfirmChannel(options?: ChannelOptions): Promise<PromiseConfirmChannel> {
    return this.opened(new PromiseConfirmChannel(this.session.connection, options));
  }

  stats(): ConnectionStats {
    return this.session.stats();
  }

  private opened<C extends PromiseChannel>(channel: C): Promise<C> {
    return new Promise((resolve, reject) => {
      this.session.open(channel, (error) => {
        if (error === null) resolve(channel);
        else reject(error);
      });
    });
  }
}
