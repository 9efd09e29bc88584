import { connectionError } from '../../wire/protocol-error.ts';
import { NOT_ALLOWED } from '../../wire/reply-code.ts';
import { Channel } from '../channel/channel.ts';
import type { ChannelHost } from '../channel/channel-host.ts';

/** The channels of one connection, by number; the user's count of channels goes with them. */
export class ChannelTable {
  private readonly host: ChannelHost;
  private readonly channels = new Map<number, Channel>();
  /** Most connections use one at a time. */
  private lastUsed: Channel | null = null;

  constructor(host: ChannelHost) {
    this.host = host;
  }

  get all(): ReadonlyMap<number, Channel> {
    return this.channels;
  }

  /** The channel that a frame was for last: what goes wrong now is about it. */
  get last(): Channel | null {
    return this.lastUsed;
  }

  get(number: number): Channel | null {
    const { lastUsed } = this;
    if (lastUsed !== null && lastUsed.channel === number) return lastUsed;
    const channel = this.channels.get(number) ?? null;
    if (channel !== null) this.lastUsed = channel;
    return channel;
  }

  /** @throws ProtocolError 530 beyond the negotiated number, or the user's */
  open(number: number, channelMax: number): void {
    if (number > channelMax) {
      throw connectionError(
        NOT_ALLOWED,
        `channel number ${number} is higher than the negotiated channel_max (${channelMax})`,
      );
    }
    const { user } = this.host;
    const { channelsMax } = user.limits;
    if (user.channelCount >= channelsMax) {
      throw connectionError(
        NOT_ALLOWED,
        `number of channels opened for user '${user.name}' has reached the maximum allowed user ` +
          `limit of (${channelsMax})`,
      );
    }
    user.channelCount++;
    this.channels.set(number, new Channel(number, this.host));
  }

  /** Its number may be used again. */
  remove(channel: Channel): void {
    this.channels.delete(channel.channel);
    this.host.user.channelCount--;
    if (this.lastUsed === channel) this.lastUsed = null;
  }

  /** Ends all of them: gives back what they hold. */
  releaseAll(): void {
    if (this.channels.size === 0) return;
    for (const channel of this.channels.values()) if (!channel.closing) channel.release();
    this.host.user.channelCount -= this.channels.size;
    this.channels.clear();
    this.lastUsed = null;
  }

  /** There is room for output again. */
  wakeConsumers(): void {
    for (const channel of this.channels.values()) if (!channel.closing) channel.wakeConsumers();
  }
}
