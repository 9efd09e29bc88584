import type { ChannelPort } from './ports.ts';

/** The channels of a connection by number. The lowest free number is given out first. */
export class ChannelTable {
  /** Number 0 belongs to the connection. */
  private readonly channels: (ChannelPort | null)[] = [null];

  /** @throws Error if no number up to `channelMax` is free */
  allocate(channel: ChannelPort, channelMax: number): number {
    let number = this.channels.indexOf(null, 1);
    if (number === -1) number = this.channels.length;
    if (number > channelMax) throw new Error('No channels left to allocate');
    this.channels[number] = channel;
    return number;
  }

  release(number: number): void {
    this.channels[number] = null;
  }

  /** The channel with this number, null if there is none. */
  get(number: number): ChannelPort | null {
    return this.channels[number] ?? null;
  }

  /** All channels there are now; the list does not change with the table. */
  list(): ChannelPort[] {
    return this.channels.filter((channel) => channel !== null);
  }

  /** Calls `done` when all channels have done what must be done before the connection closes. */
  prepareClose(done: () => void): void {
    let missing = 1;
    const ready = () => {
      missing--;
      if (missing === 0) done();
    };
    for (const channel of this.list()) {
      missing++;
      channel.prepareClose(ready);
    }
    ready();
  }

  /** Restores all channels on another connection, those that are opened meanwhile included. */
  async restore(): Promise<void> {
    const restored = new Set<ChannelPort>();
    for (;;) {
      const next = this.list().find((channel) => !restored.has(channel));
      if (next === undefined) return;
      restored.add(next);
      // One that cannot be restored has been closed by the broker, and has said so.
      await next.restore().catch(() => {});
    }
  }
}
