import type { MethodToSend } from '../../wire/methods.ts';
import { AckRun } from './ack-run.ts';

/**
 * Tells the broker what became of a channel's deliveries. Delivery tags are those the application
 * sees: they go on counting when the connection is replaced, while the broker starts anew.
 */
export class Settlement {
  private readonly send: (method: MethodToSend) => void;
  private readonly acks: AckRun;
  /** The last tag of connections that are gone: their messages are delivered again. */
  private staleUpTo = 0;

  constructor(send: (method: MethodToSend) => void) {
    this.send = send;
    this.acks = new AckRun({
      ack: (tag, multiple) => {
        this.send({ name: 'basic.ack', deliveryTag: this.brokerTag(tag), multiple });
      },
    });
  }

  /** Whether acknowledgements wait for the end of the turn. */
  get pending(): boolean {
    return this.acks.pending;
  }

  ack(tag: number, multiple: boolean): void {
    if (!this.isStale(tag)) this.acks.ack(tag, multiple);
  }

  nack(tag: number, multiple: boolean, requeue: boolean): void {
    if (this.isStale(tag)) return;
    this.acks.flush();
    this.send({ name: 'basic.nack', deliveryTag: this.brokerTag(tag), multiple, requeue });
    this.acks.settled(tag, multiple);
  }

  reject(tag: number, requeue: boolean): void {
    if (this.isStale(tag)) return;
    this.acks.flush();
    this.send({ name: 'basic.reject', deliveryTag: this.brokerTag(tag), requeue });
    this.acks.settled(tag, false);
  }

  /** Sends what waits; call it before anything else of the channel is sent. */
  flush(): void {
    this.acks.flush();
  }

  /** Another connection carries the channel; `lastTag` was the last delivery of the one before. */
  restart(lastTag: number): void {
    this.staleUpTo = lastTag;
    this.acks.restart(lastTag);
  }

  private isStale(tag: number): boolean {
    return tag !== 0 && tag <= this.staleUpTo;
  }

  /** 0, for all deliveries, stays 0. */
  private brokerTag(tag: number): number {
    return tag === 0 ? 0 : tag - this.staleUpTo;
  }
}
