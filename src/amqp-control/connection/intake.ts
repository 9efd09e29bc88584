import type { Heartbeats } from './heartbeats.ts';
import type { Transport } from './transport.ts';

/**
 * Why nothing is read from a connection for a while: its login is being decided, memory or disk is
 * short, the disk can't follow, or the head of a queue that it asks for is paged out.
 */
export type ReadStop = 'login' | 'alarm' | 'disk' | 'head';

/** Reads from a connection unless there is a reason not to. */
export class Intake {
  private readonly transport: Pick<Transport, 'setReading'>;
  private readonly heartbeats: Heartbeats;
  private readonly stops = new Set<ReadStop>();

  constructor(transport: Pick<Transport, 'setReading'>, heartbeats: Heartbeats) {
    this.transport = transport;
    this.heartbeats = heartbeats;
  }

  isStoppedBy(reason: ReadStop): boolean {
    return this.stops.has(reason);
  }

  stop(reason: ReadStop): void {
    this.stops.add(reason);
    if (this.stops.size > 1) return;
    this.transport.setReading(false);
    this.heartbeats.suspend();
  }

  /** The reason is none any more. */
  goOn(reason: ReadStop): void {
    if (this.stops.delete(reason) && this.stops.size === 0) this.read();
  }

  /** Reads whatever there was against it. */
  goOnAnyway(): void {
    this.stops.clear();
    this.read();
  }

  private read(): void {
    this.transport.setReading(true);
    this.heartbeats.resume();
  }
}
