import type { ContentCursor } from '../../wire/dmp-content.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import type * as Options from '../types/options.ts';
import type { ChannelHost, ChannelPort } from './ports.ts';
import { PublishFrames } from './publish-frames.ts';

/** Publishes one channel's messages over the AMQP connection, and says when to pause. */
export class MessageWriter {
  private readonly host: ChannelHost;
  private readonly channel: ChannelPort;
  private readonly highWater: number;
  private readonly frames = new PublishFrames();
  private waitingMessages = 0;
  private waitingEpoch = -1;
  private thirsty = false;

  /** @param highWater messages that may wait to be written before `publish` returns false */
  constructor(host: ChannelHost, channel: ChannelPort, highWater: number) {
    this.host = host;
    this.channel = channel;
    this.highWater = highWater;
  }

  /** The channel is carried by a connection on which it has this number. */
  configure(number: number): void {
    this.frames.configure(number, this.host.frameMax, this.host.offersDirect);
  }

  /**
   * Publishes a message.
   * @returns false if the application should wait for `drain` before it publishes more
   * @throws Error (ENOBUFS) if it has ignored that for too long
   */
  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): boolean {
    const { output } = this.host;
    output.checkRoom();
    this.write(output, exchange, routingKey, content, options);
    return this.accepted();
  }

  /** Writes a message to `output`, the connection's own or one that holds it back. */
  write(
    output: BatchWriter,
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): void {
    this.frames.write(output, exchange, routingKey, content, options);
    this.host.tally.publishedOrdinary++;
  }

  /** Writes a content of Direct Mode, which lies in `b`. */
  writeContent(b: Buffer, cursor: ContentCursor): void {
    this.frames.writeContent(this.host.output, b, cursor);
    this.host.tally.publishedOrdinary++;
  }

  /** Everything is written. */
  drained(): void {
    this.thirsty = false;
  }

  private accepted(): boolean {
    const { host } = this;
    if (this.waitingEpoch !== host.writtenEpoch) {
      this.waitingEpoch = host.writtenEpoch;
      this.waitingMessages = 0;
    }
    this.waitingMessages++;
    if (this.waitingMessages < this.highWater && !host.output.congested) return true;
    if (!this.thirsty) {
      this.thirsty = true;
      host.drainDue(this.channel);
    }
    return false;
  }
}
