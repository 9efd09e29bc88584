import type { BrokerCore } from '../../amqp-control/broker-core.ts';
import { Channel } from '../../amqp-control/channel/channel.ts';
import type { ChannelHost } from '../../amqp-control/channel/channel-host.ts';
import { dispatchMethod } from '../../amqp-control/channel/method-dispatch.ts';
import { Outbox } from '../../amqp-control/io/outbox.ts';
import type { Queue } from '../../amqp-control/queues/queue.ts';
import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import type { Entry } from './act-context.ts';

/** Number of the one channel. */
const CHANNEL = 1;
/** What is written goes nowhere, in frames of any size. */
const FRAME_MAX = 128 * 1024;

/**
 * A channel without a connection, on which the API does what it is asked to: so that the same rules
 * hold for its users as for those of AMQP.
 */
export class InternalChannel implements ChannelHost {
  readonly number: number;
  readonly core: BrokerCore;
  readonly isSecure = false;
  readonly vhost: Entry['vhost'];
  readonly user: Entry['user'];
  readonly permissions: Entry['permissions'];
  readonly outbox: Outbox;
  readonly timedAs = this;
  readonly frameMax = FRAME_MAX;
  readonly clientProduct = '';
  readonly notifiesCancel = false;
  readonly exclusiveQueues = new Set<Queue>();
  readonly channel: Channel;
  private answered: ((method: MethodToSend) => void) | null = null;
  private answer: MethodToSend | null = null;

  constructor(core: BrokerCore, { vhost, user, permissions }: Entry) {
    this.core = core;
    this.vhost = vhost;
    this.user = user;
    this.permissions = permissions;
    this.number = core.takeConnectionNumber();
    this.outbox = new Outbox(
      core.chunks,
      () => {},
      () => {},
    );
    this.channel = new Channel(CHANNEL, this);
  }

  /**
   * Does what a client's method asks for.
   * @returns the answer, once every thread routes by what was changed
   * @throws ProtocolError
   */
  call(method: Method): Promise<MethodToSend> {
    this.answer = null;
    dispatchMethod(this.channel, method);
    if (this.answer !== null) return Promise.resolve(this.answer);
    return new Promise((resolve) => {
      this.answered = resolve;
    });
  }

  /** Gives everything back; must be called in the end. */
  close(): void {
    this.channel.release();
    this.outbox.discard();
  }

  send(_channel: number, method: MethodToSend): void {
    this.answer = method;
    this.answered?.(method);
    this.answered = null;
  }

  hasPublished(): void {}

  confirmsPending(): void {}
}

/** Does something on an internal channel that is closed behind it. */
export async function onChannel<T>(
  core: BrokerCore,
  entry: Entry,
  work: (internal: InternalChannel) => T | Promise<T>,
): Promise<T> {
  const internal = new InternalChannel(core, entry);
  try {
    return await work(internal);
  } finally {
    internal.close();
  }
}
