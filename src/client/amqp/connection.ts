import { EventEmitter } from 'node:events';
import { FRAME_METHOD } from '../../wire/frame.ts';
import { decodeMethod, encodeMethodFrame, type MethodToSend } from '../../wire/methods.ts';
import {
  CHANNEL_ERROR,
  CONNECTION_FORCED,
  REPLY_SUCCESS,
  UNEXPECTED_FRAME,
} from '../../wire/reply-code.ts';
import type { ConnectionClose, Method } from '../../wire/spec.ts';
import {
  brokerError,
  captureStack,
  closeText,
  IllegalOperationError,
  methodTitle,
} from '../errors.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import { safeEmit } from '../safe-emit.ts';
import type { ClientSettings } from '../settings.ts';
import type { ServerProperties } from '../types/message.ts';
import { ActiveLink, type LinkUser } from './active-link.ts';
import { ChannelTable } from './channel-table.ts';
import type { Link } from './open-link.ts';
import { Outbound } from './outbound.ts';
import type { AnswerObserver, ChannelHost, ChannelPort } from './ports.ts';
import { Tally } from './tally.ts';

/** Who may replace a connection that was lost. */
export interface LossHandler {
  /** @returns whether it takes care; `Connection.adopt` or `giveUp` follows */
  lost(error: Error): boolean;
  /** The application closes the connection. */
  cancel(): void;
}

/**
 * `offline`: lost, and to be replaced; `restoring`: replaced, and channels are being restored;
 * `draining`: to be closed when channels have passed on what they hold.
 */
type State = 'open' | 'offline' | 'restoring' | 'draining' | 'closing' | 'closed';

/**
 * An AMQP connection as its channels and the application use it. The socket below it may be
 * replaced.
 *
 * Emits `error`, `close`, `blocked`, `unblocked`, `update-secret-ok`.
 */
export class Connection extends EventEmitter implements ChannelHost, LinkUser {
  readonly settings: ClientSettings;
  readonly tally = new Tally();
  /** Set by whoever wants to see what is asked and answered on all channels. */
  readonly observers: AnswerObserver[] = [];
  lossHandler: LossHandler | null = null;
  /** Gives queues in requests the names that they have after a reconnection. */
  translate: <M extends MethodToSend>(method: M) => M = (method) => method;
  usable = true;

  private state: State = 'open';
  private current: ActiveLink;
  private stackAtClose: string | undefined;
  private closedText = '';
  private blocked = false;
  private restoreFailed: ((error: Error) => void) | null = null;
  private closeDone: (() => void) | null = null;
  private readonly channels = new ChannelTable();
  private readonly outbound: Outbound;
  /** For the link. */
  readonly onFrame = (type: number, channel: number, b: Buffer, at: number, end: number) =>
    this.receiveFrame(type, channel, b, at, end);

  constructor(link: Link, settings: ClientSettings) {
    super();
    this.settings = settings;
    this.current = new ActiveLink(link, this);
    this.outbound = new Outbound(settings, () => this.current.noteSent());
  }

  /** Starts to work over the link there is now. */
  start(): void {
    this.outbound.attach(this.current.line);
    this.current.start();
  }

  get serverProperties(): ServerProperties {
    return this.link.tuning.serverProperties as unknown as ServerProperties;
  }

  get frameMax(): number {
    return this.link.tuning.frameMax;
  }

  get offersDirect(): boolean {
    return 'direct' in this.link.tuning.serverProperties;
  }

  /** What it is connected to. */
  get link(): Link {
    return this.current.link;
  }

  get offline(): boolean {
    return this.state === 'offline' || this.state === 'restoring';
  }

  get output(): BatchWriter {
    return this.outbound.output;
  }

  get expectSocketClose(): boolean {
    return this.state !== 'open';
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  // --- For channels ---------------------------------------------------------------------------

  allocate(channel: ChannelPort): number {
    return this.channels.allocate(channel, this.link.tuning.channelMax);
  }

  release(channel: number): void {
    this.channels.release(channel);
  }

  send(frame: Buffer): void {
    if (this.state === 'closed') this.checkUsable();
    this.outbound.send(frame);
  }

  checkUsable(): void {
    if (this.state !== 'open' && !this.offline) throw this.illegalOperation();
  }

  /** What who uses a closed or closing connection is told. */
  illegalOperation(): IllegalOperationError {
    const text = this.isClosed ? this.closedText : 'Connection closing';
    return new IllegalOperationError(text, this.stackAtClose);
  }

  get writtenEpoch(): number {
    return this.outbound.turns.writtenEpoch;
  }

  turnEndDue(channel: ChannelPort): void {
    this.outbound.turns.endDue(channel);
  }

  drainDue(channel: ChannelPort): void {
    this.outbound.turns.drainDue(channel);
  }

  answered(request: MethodToSend, answer: Method): void {
    for (const observer of this.observers) observer.answered(request, answer);
  }

  private sendMethod(method: MethodToSend): void {
    this.send(encodeMethodFrame(0, method));
  }

  // --- Reading --------------------------------------------------------------------------------

  written(): void {
    this.outbound.written();
  }

  private receiveFrame(type: number, channel: number, b: Buffer, at: number, end: number): void {
    if (channel === 0) {
      if (type === FRAME_METHOD) this.receiveMethod(decodeMethod(b, at, end));
      return;
    }
    if (this.state === 'closing' || this.state === 'closed') return;
    const port = this.channels.get(channel);
    if (port === null) {
      const text = `Frame on unknown channel ${channel}`;
      this.closeWithError(text, CHANNEL_ERROR, new Error(text));
      return;
    }
    port.receive(type, b, at, end);
  }

  private receiveMethod(method: Method): void {
    switch (method.name) {
      case 'connection.close':
        this.closedByBroker(method);
        return;
      case 'connection.close-ok':
        if (this.state === 'closing') this.closeAnswered();
        return;
      case 'connection.blocked':
        this.blocked = true;
        safeEmit(this, 'blocked', method.reason);
        return;
      case 'connection.unblocked':
        this.blocked = false;
        safeEmit(this, 'unblocked');
        return;
      case 'connection.update-secret-ok':
        safeEmit(this, 'update-secret-ok');
        return;
      default: {
        const text = `Unexpected frame on channel 0: ${methodTitle(method.name)}`;
        this.closeWithError('Unexpected frame on channel 0', UNEXPECTED_FRAME, new Error(text));
      }
    }
  }

  // --- The end --------------------------------------------------------------------------------

  /**
   * Closes in good order; `done` is called when the broker has answered.
   * @throws IllegalOperationError if it is closed or closing already
   */
  close(done: () => void): void {
    this.checkUsable();
    this.stackAtClose = captureStack('close called');
    if (this.offline) {
      this.lossHandler?.cancel();
      this.toClosed(undefined);
      done();
      return;
    }
    this.state = 'draining';
    this.usable = false;
    this.channels.prepareClose(() => {
      if (this.state === 'draining') this.sayGoodbye('Cheers, thanks', REPLY_SUCCESS, done);
      else done();
    });
  }

  /** Replaces the password of a connection whose credentials expire (RabbitMQ extension). */
  updateSecret(newSecret: Buffer, reason: string, done: () => void): void {
    this.checkUsable();
    this.sendMethod({ name: 'connection.update-secret', newSecret, reason });
    this.once('update-secret-ok', done);
  }

  abort(error: Error): void {
    this.giveUp(error);
  }

  private sayGoodbye(replyText: string, replyCode: number, done: () => void): void {
    this.outbound.turns.finishChannels();
    this.sendMethod({ name: 'connection.close', replyText, replyCode });
    this.state = 'closing';
    this.usable = false;
    this.closeDone = done;
    // A blocked broker may read nothing, not even this.
    if (this.blocked) this.closeAnswered();
  }

  private closeAnswered(): void {
    const done = this.closeDone;
    this.closeDone = null;
    done?.();
    this.toClosed(undefined);
  }

  private closedByBroker(close: ConnectionClose): void {
    this.sendMethod({ name: 'connection.close-ok' });
    this.outbound.flush();
    if (this.state === 'closing') return;
    const text = `Connection closed: ${closeText(close)}`;
    const error = brokerError(text, close);
    if (this.restoreFailed !== null) {
      this.restoreFailed(error);
      return;
    }
    const orderly = close.replyCode === CONNECTION_FORCED || close.replyCode === REPLY_SUCCESS;
    if (orderly && this.replaced(error)) return;
    this.stackAtClose = captureStack(text);
    this.state = 'closing';
    if (!orderly) safeEmit(this, 'error', error);
    this.toClosed(error);
  }

  private closeWithError(reason: string, code: number, error: Error): void {
    safeEmit(this, 'error', error);
    if (this.state === 'open') this.sayGoodbye(reason, code, () => {});
  }

  /** The connection cannot go on: it is replaced, or ends. */
  linkFailed(error: Error): void {
    if (this.state === 'closed' || this.state === 'offline') return;
    if (this.restoreFailed !== null) {
      this.restoreFailed(error);
      return;
    }
    const expected = this.state === 'closing';
    if (!expected && this.state !== 'draining' && this.replaced(error)) return;
    this.stackAtClose ??= captureStack('Socket error');
    if (expected) {
      this.closeAnswered();
      return;
    }
    this.state = 'closing';
    try {
      safeEmit(this, 'error', error);
    } finally {
      this.toClosed(error);
    }
  }

  private toClosed(error: Error | undefined): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.usable = false;
    this.closedText = `Connection closed (${error ?? 'by client'})`;
    const stack = this.stackAtClose ?? captureStack(this.closedText);
    this.dropLink();
    for (const channel of this.channels.list()) channel.connectionClosed(stack);
    safeEmit(this, 'close', error);
  }

  private dropLink(): void {
    this.outbound.flush();
    this.current.end();
  }

  // --- Replacing the link ---------------------------------------------------------------------

  /** @returns whether somebody replaces the link; the connection is offline until then */
  private replaced(error: Error): boolean {
    if (this.lossHandler === null || !this.lossHandler.lost(error)) return false;
    this.goOffline();
    return true;
  }

  private goOffline(): void {
    this.state = 'offline';
    this.usable = false;
    this.blocked = false;
    this.dropLink();
    this.current.abandon();
    this.outbound.suspend();
    for (const channel of this.channels.list()) channel.suspend();
  }

  /**
   * Goes on over another link: what `restoreTopology` restores comes first, then channels, then
   * what was published meanwhile.
   * @throws Error if the link breaks meanwhile, or a channel cannot be restored
   */
  async adopt(link: Link, restoreTopology: () => Promise<void>): Promise<void> {
    this.current = new ActiveLink(link, this);
    this.state = 'restoring';
    const broken = new Promise<never>((_resolve, reject) => {
      this.restoreFailed = reject;
    });
    this.start();
    try {
      await Promise.race([this.restore(restoreTopology), broken]);
    } catch (error) {
      if (this.state === 'restoring') this.goOffline();
      throw error;
    } finally {
      this.restoreFailed = null;
    }
  }

  private async restore(restoreTopology: () => Promise<void>): Promise<void> {
    await restoreTopology();
    await this.channels.restore();
    if (this.state === 'restoring') this.goOnline();
  }

  private goOnline(): void {
    this.outbound.resume();
    this.state = 'open';
    this.usable = true;
  }

  /** The link could not be replaced. */
  giveUp(error: Error): void {
    this.stackAtClose = captureStack(error.message);
    try {
      safeEmit(this, 'error', error);
    } finally {
      this.toClosed(error);
    }
  }
}
