import type { MethodToSend } from '../../wire/methods.ts';
import { InternalChannel } from '../amqp/internal-channel.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import type { ReturnedMessage } from '../types/message.ts';

/** What is leased. */
export type LeaseKind = 'sink' | 'feed';

/**
 * A channel that exists for one lease: a refusal then closes nothing of the application's, and
 * returned messages are known to belong to this lease.
 */
export class LeaseChannel extends InternalChannel {
  private readonly onReturn: (message: ReturnedMessage) => void;

  constructor(host: ChannelHost, onReturn: (message: ReturnedMessage) => void) {
    super(host);
    this.onReturn = onReturn;
  }

  /**
   * Asks for a lease (DMP section 1).
   * @param name of the exchange or the queue
   * @throws Error if the connection has no channel number left
   */
  lease(kind: LeaseKind, name: string, done: (error: Error | null, lease: string) => void): void {
    const method: MethodToSend =
      kind === 'sink' ? { name: 'direct.put', sink: name } : { name: 'direct.get', feed: name };
    this.openChannel((error) => {
      if (error !== null) done(error, '');
    });
    this.request(method, ['direct.put-ok', 'direct.get-ok'], (error, answer) => {
      if (answer?.name === 'direct.put-ok' || answer?.name === 'direct.get-ok') {
        done(null, answer.lease);
      } else {
        done(error, '');
      }
    });
  }

  /** Calls `done` when the broker has answered, behind all that it had sent before. */
  sync(done: () => void): void {
    // The request that changes least.
    this.ask({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok', (...[error]) => {
      if (error === null) done();
    });
  }

  /** Ends the lease, and with it its direct connection. */
  giveBack(): void {
    if (this.isOpen && this.host.usable) this.closeOrderly(() => {});
  }

  override returned(message: ReturnedMessage): void {
    this.onReturn(message);
  }
}
