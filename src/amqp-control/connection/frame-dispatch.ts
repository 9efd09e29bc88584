import type { MethodToSend } from '../../wire/methods.ts';
import { decodeMethod } from '../../wire/methods.ts';
import { readUint32 } from '../../wire/octets.ts';
import { connectionError } from '../../wire/protocol-error.ts';
import { CHANNEL_ERROR, UNEXPECTED_FRAME } from '../../wire/reply-code.ts';
import type { Method } from '../../wire/spec.ts';
import { BASIC_PUBLISH } from '../../wire/spec.ts';
import type { Channel } from '../channel/channel.ts';
import { dispatchMethod } from '../channel/method-dispatch.ts';
import type { ChannelTable } from './channel-table.ts';
import { notOpen } from './closing.ts';
import type { FrameHandler } from './frame-reader.ts';
import type { Phase } from './phase.ts';
import type { PublishFrames } from './publish-frames.ts';

/** The connection, as its frames see it. */
export interface FrameHost {
  readonly phase: Phase;
  /** Octets of the largest frame. */
  readonly frameMax: number;
  /** The largest number that a channel may have. */
  readonly channelMax: number;
  /** Octets of the largest body accepted. */
  readonly bodyOctetsMax: number;
  send(channel: number, method: MethodToSend): void;
  /** A method on channel 0. */
  takeConnectionMethod(method: Method): void;
}

/**
 * Leads each frame to the channel that it is for: methods, and the contents behind them
 * (specification 2.3.5). Closes and opens channels as the client asks.
 */
export class FrameDispatch implements FrameHandler {
  private readonly host: FrameHost;
  private readonly channels: ChannelTable;
  private currentMethod = 0;

  constructor(host: FrameHost, channels: ChannelTable) {
    this.host = host;
    this.channels = channels;
  }

  /** Number of the method under way, or last, to be blamed if it fails. */
  get method(): number {
    return this.currentMethod;
  }

  get frameMax(): number {
    return this.host.frameMax;
  }

  get bodyOctetsMax(): number {
    return this.host.bodyOctetsMax;
  }

  publishingChannel(number: number): Channel | null {
    const channel = this.host.phase === 'open' ? this.channels.get(number) : null;
    if (channel === null || channel.closing) return null;
    return channel.assembly.step === 'method' ? channel : null;
  }

  takePublication(channel: Channel, { view, bits }: PublishFrames): void {
    this.currentMethod = BASIC_PUBLISH;
    channel.publish(view, bits);
  }

  takeMethod(number: number, b: Buffer, payloadAt: number, payloadEnd: number): void {
    const channel = number === 0 ? null : this.channels.get(number);
    if (channel !== null && !channel.closing) {
      if (channel.assembly.step !== 'method') {
        throw connectionError(
          UNEXPECTED_FRAME,
          `expected content ${channel.assembly.step} frame, got a method frame`,
        );
      }
      if (payloadEnd - payloadAt >= 4 && readUint32(b, payloadAt) === BASIC_PUBLISH) {
        channel.assembly.begin(b, payloadAt + 4, payloadEnd);
        return;
      }
    }
    this.currentMethod = payloadEnd - payloadAt >= 4 ? readUint32(b, payloadAt) : 0;
    const method = decodeMethod(b, payloadAt, payloadEnd);
    if (number === 0) this.host.takeConnectionMethod(method);
    else this.takeChannelMethod(number, channel, method);
  }

  takeHeader(number: number, b: Buffer, payloadAt: number, payloadEnd: number): void {
    const channel = this.contentChannel(number);
    if (channel?.assembly.header(b, payloadAt, payloadEnd) === true) this.publishAssembled(channel);
  }

  takeBody(number: number, b: Buffer, at: number, to: number): void {
    const channel = this.contentChannel(number);
    if (channel?.assembly.body(b, at, to) === true) this.publishAssembled(channel);
  }

  private publishAssembled(channel: Channel): void {
    const { view, bits } = channel.assembly;
    this.currentMethod = BASIC_PUBLISH;
    channel.publish(view, bits);
    channel.assembly.reset();
  }

  /**
   * The channel a content frame is for; null if it is being closed, and the frame to be ignored.
   */
  private contentChannel(number: number): Channel | null {
    if (this.host.phase === 'closing') return null;
    const channel = this.channels.get(number);
    if (channel === null) throw notOpen(number);
    return channel.closing ? null : channel;
  }

  private takeChannelMethod(number: number, channel: Channel | null, method: Method): void {
    const { host, channels } = this;
    if (host.phase === 'closing') return;
    if (host.phase !== 'open') {
      throw connectionError(
        CHANNEL_ERROR,
        `method ${method.name} on channel ${number} before connection.open`,
      );
    }
    if (channel === null) {
      if (method.name !== 'channel.open') throw notOpen(number);
      channels.open(number, host.channelMax);
      host.send(number, { name: 'channel.open-ok' });
      return;
    }
    switch (method.name) {
      case 'channel.close':
        // If both sides close at once, the channel lives until the client has answered ours, too.
        if (!channel.closing) {
          channel.release();
          channels.remove(channel);
        }
        host.send(number, { name: 'channel.close-ok' });
        return;
      case 'channel.close-ok':
        if (channel.closing) channels.remove(channel);
        return;
      case 'channel.open':
        if (channel.closing) return;
        throw connectionError(CHANNEL_ERROR, `second 'channel.open' on channel ${number}`);
      default:
        if (!channel.closing) dispatchMethod(channel, method);
    }
  }
}
