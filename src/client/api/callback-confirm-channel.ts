import type { ConfirmCallback } from '../amqp/confirms.ts';
import type { ConfirmListener } from '../types/api.ts';
import type { ConfirmChannel } from '../types/callback-api.ts';
import type * as Options from '../types/options.ts';
import { CallbackChannel } from './callback-channel.ts';

/** A channel in confirm mode with amqplib's callback API. */
export class CallbackConfirmChannel extends CallbackChannel implements ConfirmChannel {
  override open(done: (error: Error | null) => void): void {
    super.open((error) => {
      if (error !== null) done(error);
      else this.ask({ name: 'confirm.select' }, 'confirm.select-ok', done);
    });
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

  waitForConfirms(callback: (error?: Error) => void = () => {}): void {
    this.confirms.wait().then(
      () => callback(),
      (error: Error) => callback(error),
    );
  }
}
