import type { ConfirmCallback } from '../amqp/confirms.ts';
import { InFlightWindow } from '../amqp/in-flight-window.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import { CONFIRM_IN_FLIGHT_MESSAGES } from '../limits.ts';
import type { ConfirmChannel, ConfirmListener } from '../types/api.ts';
import type * as Options from '../types/options.ts';
import type { ChannelOptions, WaitOptions } from '../types/settings.ts';
import { PromiseChannel } from './promise-channel.ts';

/** A channel in confirm mode with amqplib's promise API. */
export class PromiseConfirmChannel extends PromiseChannel implements ConfirmChannel {
  private readonly window: InFlightWindow;

  constructor(host: ChannelHost, options: ChannelOptions | undefined) {
    super(host, options);
    this.window = new InFlightWindow(options?.maxInFlight ?? CONFIRM_IN_FLIGHT_MESSAGES);
  }

  override async open(): Promise<void> {
    await super.open();
    await this.ask({ name: 'confirm.select' }, 'confirm.select-ok');
  }

  override publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: ConfirmListener,
  ): boolean {
    const accepted = super.publish(exchange, routingKey, content, options);
    this.confirms.published((callback as ConfirmCallback | undefined) || undefined);
    return accepted;
  }

  override sendToQueue(
    queue: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: ConfirmListener,
  ): boolean {
    return this.publish('', queue, content, options, callback);
  }

  async waitForConfirms(): Promise<void> {
    return this.confirms.wait();
  }

  publishConfirmed(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish & WaitOptions = {},
  ): Promise<void> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = () => reject(signal?.reason);
      const publish = () => {
        try {
          this.publish(exchange, routingKey, content, options, (error) => {
            signal?.removeEventListener('abort', onAbort);
            this.window.leave();
            if (error === null) resolve();
            else reject(error);
          });
          signal?.addEventListener('abort', onAbort, { once: true });
        } catch (error) {
          this.window.leave();
          reject(error);
        }
      };
      this.window.enter(publish, signal, onAbort);
    });
  }
}
