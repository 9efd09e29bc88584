import type { EventEmitter } from 'node:events';
import type { MethodToSend } from '../../wire/methods.ts';
import { REPLY_SUCCESS } from '../../wire/reply-code.ts';
import type { ChannelClose, Method } from '../../wire/spec.ts';
import { brokerError, captureStack, closeText, IllegalOperationError } from '../errors.ts';
import { safeEmit } from '../safe-emit.ts';

/** What a channel does when it ends. */
export interface EndingChannel {
  /** Whether Channel.Close has to wait until the connection is replaced. */
  readonly waitsForLink: boolean;
  /** Calls `done` when everything that the channel holds has been passed on. */
  prepareClose(done: () => void): void;
  /** Sends a method behind everything that was put off. */
  sendLast(method: MethodToSend): void;
  /** The request whose answer will not come, because of that. */
  failOutstanding(close: ChannelClose): void;
  /** Lets go of everything that belonged to the channel. */
  release(): void;
}

/** Why nothing can be sent any more. */
interface Refusal {
  readonly message: string;
  readonly stack: string;
}

/** Channel.Close blames no method. */
const NO_METHOD = { classId: 0, methodId: 0 };

/**
 * How a channel ends. Either side may begin: we refuse requests, pass on what is still held, send
 * Channel.Close and wait for its answer; or the broker sends Channel.Close, and it is over at once;
 * or the connection ends.
 */
export class ChannelEnd {
  private readonly channel: EventEmitter & EndingChannel;
  private refusal: Refusal | null = null;
  /** Channel.Close was sent; called when it is answered. */
  private farewell: (() => void) | null = null;
  /** The application wants it closed as soon as the connection is replaced. */
  private deferred: (() => void) | null = null;
  /** Nothing can be sent any more, not even that the channel closes. */
  private over = false;
  private released = false;

  /** @param channel it emits `error` and `close` */
  constructor(channel: EventEmitter & EndingChannel) {
    this.channel = channel;
  }

  /** Whether the channel is closed or closing. */
  get hasBegun(): boolean {
    return this.refusal !== null;
  }

  /** Whether Channel.Close was sent, and nothing counts but its answer. */
  get awaitsAnswer(): boolean {
    return this.farewell !== null;
  }

  /** Whether the channel is to be closed as soon as the connection is replaced. */
  get isDeferred(): boolean {
    return this.deferred !== null;
  }

  /** @throws IllegalOperationError if the channel is closed or closing */
  check(): void {
    const { refusal } = this;
    if (refusal !== null) throw new IllegalOperationError(refusal.message, refusal.stack);
  }

  /** Says goodbye once the broker has everything, and calls `done` when it has answered. */
  closeOrderly(done: () => void): void {
    this.refuse('close called');
    const { channel } = this;
    if (channel.waitsForLink) {
      this.deferred = done;
      return;
    }
    channel.prepareClose(() => {
      if (this.over) done();
      else if (channel.waitsForLink) this.deferred = done;
      else if (!this.awaitsAnswer) this.sayGoodbye('Goodbye', REPLY_SUCCESS, done);
    });
  }

  /** The connection has been replaced: closes the channel if that is due, and says whether. */
  closeDeferred(): boolean {
    const { deferred } = this;
    this.deferred = null;
    if (deferred !== null) this.sayGoodbye('Goodbye', REPLY_SUCCESS, deferred);
    return deferred !== null;
  }

  /**
   * Closes the channel because of an error of ours or of the broker's.
   * @param reason what the broker is told
   */
  closeWithError(reason: string, code: number, error: Error): void {
    this.refuse(reason);
    this.sayGoodbye(reason, code, () => {
      safeEmit(this.channel, 'error', Object.assign(error, { code }));
    });
  }

  /** A method that came after Channel.Close was sent. */
  receive(method: Method): void {
    if (method.name === 'channel.close') this.channel.sendLast({ name: 'channel.close-ok' });
    else if (method.name === 'channel.close-ok') {
      this.takeFarewell()?.();
      this.finish(captureStack('ChannelCloseOk frame received'));
    }
  }

  /** The broker has closed the channel. */
  closedByBroker(close: ChannelClose): void {
    const text = `Channel closed by server: ${closeText(close)}`;
    const stack = captureStack(text);
    this.over = true;
    this.refusal = { message: 'Channel closed', stack };
    this.channel.sendLast({ name: 'channel.close-ok' });
    this.channel.failOutstanding(close);
    try {
      safeEmit(this.channel, 'error', brokerError(text, close));
    } finally {
      this.finish(stack);
    }
  }

  /** The connection is gone, and with it the answer to Channel.Close. */
  connectionClosed(stack: string): void {
    const farewell = this.takeFarewell();
    this.finish(stack);
    farewell?.();
  }

  private refuse(reason: string): void {
    this.refusal = { message: 'Channel closing', stack: captureStack(reason) };
  }

  private sayGoodbye(replyText: string, replyCode: number, done: () => void): void {
    this.channel.sendLast({ name: 'channel.close', replyText, replyCode, ...NO_METHOD });
    this.farewell = done;
  }

  private takeFarewell(): (() => void) | null {
    const { farewell } = this;
    this.farewell = null;
    return farewell;
  }

  private finish(stack: string): void {
    if (this.released) return;
    this.released = true;
    this.over = true;
    this.refusal = { message: 'Channel closed', stack };
    this.channel.release();
    this.deferred?.();
    this.deferred = null;
    safeEmit(this.channel, 'close');
  }
}
