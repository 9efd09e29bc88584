import { DMP_PROTOCOL_HEADER, isReplyOk, ShortstrAssembler } from '../../wire/dmp-handshake.ts';
import { encodeShortstr } from '../../wire/octets.ts';
import type { ChannelHost } from '../amqp/ports.ts';
import { DIRECT_DRAIN_MS, DIRECT_SETUP_MS } from '../limits.ts';
import type { OctetSink } from '../net/batch-writer.ts';
import { type LineHandler, SocketLine } from '../net/socket-line.ts';
import type { Target } from '../target.ts';
import type { ReturnedMessage } from '../types/message.ts';
import { LeaseChannel, type LeaseKind } from './lease-channel.ts';

/** Who uses a direct connection. */
export interface LeasedLineUser {
  /** The connection is open: contents may follow. */
  ready(): void;
  /** Contents; only valid during the call. */
  received(octets: Buffer): void;
  /** See LineHandler.written. */
  written(): void;
  /** It is over, or never came to be; called once. */
  closed(reason: Error): void;
  returned(message: ReturnedMessage): void;
}

/** Replies of a broker that opens a direct connection: to the header, and to the lease. */
const REPLIES = 2;

/** A lease and its direct connection, from asking for it to its end (DMP sections 1, 2, 4). */
export class LeasedLine implements LineHandler, OctetSink {
  private readonly channel: LeaseChannel;
  private readonly user: LeasedLineUser;
  private readonly reply = new ShortstrAssembler();
  private line: SocketLine | null = null;
  private repliesDue = REPLIES;
  private over = false;
  private timer: NodeJS.Timeout;

  /** Starts to ask for the lease of the sink or feed `name`. */
  constructor(
    host: ChannelHost,
    target: Target,
    kind: LeaseKind,
    name: string,
    user: LeasedLineUser,
  ) {
    this.user = user;
    this.channel = new LeaseChannel(host, (message) => user.returned(message));
    const late = () => this.finish(new Error(`No direct connection within ${DIRECT_SETUP_MS} ms`));
    this.timer = setTimeout(late, DIRECT_SETUP_MS);
    try {
      this.channel.lease(kind, name, (error, lease) => {
        if (error !== null) this.finish(error);
        else void this.connect(target, lease);
      });
    } catch (error) {
      // The caller does not have this object yet.
      process.nextTick(() => this.finish(toError(error)));
    }
  }

  write(octets: Buffer): boolean {
    return this.line?.write(octets) ?? false;
  }

  /** Closes our side; the broker closes its own when it has read everything. */
  end(): void {
    this.line?.end();
    this.expectEnd();
  }

  /** Ends the lease; the broker closes the connection when it has written what it had to. */
  release(): void {
    this.channel.giveBack();
    this.expectEnd();
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.line?.pause();
  }

  resume(): void {
    this.line?.resume();
  }

  /** Calls `done` when all has come that the broker had sent over the AMQP connection before. */
  sync(done: () => void): void {
    this.channel.sync(done);
  }

  /** Tells `onSilence` when nothing has come for so long. */
  watchSilence(timeoutMs: number, onSilence: () => void): void {
    this.line?.watchSilence(timeoutMs, onSilence);
  }

  /** Ends everything at once. */
  destroy(reason: Error): void {
    this.finish(reason);
  }

  private async connect(target: Target, lease: string): Promise<void> {
    try {
      const line = await SocketLine.open(target, AbortSignal.timeout(DIRECT_SETUP_MS));
      this.line = line;
      if (this.over) {
        line.destroy();
        return;
      }
      line.start(this);
      line.write(Buffer.concat([DMP_PROTOCOL_HEADER, encodeShortstr(lease)]));
    } catch (error) {
      this.finish(toError(error));
    }
  }

  received(octets: Buffer): void {
    let at = 0;
    while (this.repliesDue > 0 && at < octets.length && !this.over) {
      at = this.reply.take(octets, at, octets.length);
      if (this.reply.complete) this.replied(this.reply.text());
    }
    if (at < octets.length && !this.over) {
      this.user.received(at === 0 ? octets : octets.subarray(at));
    }
  }

  private replied(reply: string): void {
    this.reply.reset();
    if (!isReplyOk(reply)) {
      this.finish(new Error(reply));
      return;
    }
    this.repliesDue--;
    if (this.repliesDue > 0) return;
    clearTimeout(this.timer);
    this.user.ready();
  }

  written(): void {
    this.user.written();
  }

  ended(): void {
    this.finish(new Error('Direct connection closed'));
  }

  closed(error: Error | null): void {
    this.finish(error ?? new Error('Direct connection closed'));
  }

  private expectEnd(): void {
    clearTimeout(this.timer);
    const late = () => this.finish(new Error('Direct connection did not end'));
    this.timer = setTimeout(late, DIRECT_DRAIN_MS);
  }

  private finish(reason: Error): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.line?.destroy();
    this.channel.giveBack();
    this.user.closed(reason);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
