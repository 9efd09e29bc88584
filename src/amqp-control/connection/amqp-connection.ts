import { FRAME_MIN_SIZE, HEARTBEAT_FRAME } from '../../wire/frame.ts';
import type { MethodToSend } from '../../wire/methods.ts';
import { encodeMethodFrame } from '../../wire/methods.ts';
import { connectionError, ProtocolError, replyText } from '../../wire/protocol-error.ts';
import {
  COMMAND_INVALID,
  CONNECTION_FORCED,
  FRAME_ERROR,
  INTERNAL_ERROR,
} from '../../wire/reply-code.ts';
import type { Method } from '../../wire/spec.ts';
import type { BrokerCore, CoreConnection } from '../broker-core.ts';
import type { Channel } from '../channel/channel.ts';
import type { ChannelHost } from '../channel/channel-host.ts';
import type { Confirms } from '../channel/confirms.ts';
import { HeadAway } from '../channel/head-away.ts';
import { Outbox } from '../io/outbox.ts';
import type { Queue } from '../queues/queue.ts';
import { NOT_SCHEDULED, type TimerTask } from '../queues/timer-queue.ts';
import { NO_PERMISSIONS, type Permissions } from '../security/permissions.ts';
import type { User } from '../security/user.ts';
import type { ConnectionView } from '../stats/connection-view.ts';
import type { VHost } from '../topology/vhost.ts';
import { ChannelTable } from './channel-table.ts';
import { CLOSE_TIMEOUT_MS } from './closing.ts';
import { FrameDispatch, type FrameHost } from './frame-dispatch.ts';
import { FrameReader } from './frame-reader.ts';
import { Handshake, hasCapability, LoginRefused, type Session } from './handshake.ts';
import { Heartbeats } from './heartbeats.ts';
import { Intake } from './intake.ts';
import type { Phase } from './phase.ts';
import type { Identity } from './server-properties.ts';
import { SessionView } from './session-view.ts';
import type { Transport } from './transport.ts';

/** Thrown to leave what comes behind Connection.Start-Ok unread while its login is decided. */
const LOGIN_PENDING = new Error('the login is not decided yet');

/**
 * One AMQP 0-9-1 connection from Connection.Start to its end. Synchronous and without a socket:
 * octets go in by `receive`, octets come out through `outbox`.
 */
export class AmqpConnection implements ChannelHost, CoreConnection, FrameHost {
  readonly number: number;
  readonly core: BrokerCore;
  readonly outbox: Outbox;
  readonly exclusiveQueues = new Set<Queue>();
  phase: Phase = 'handshake';

  private readonly transport: Transport;
  private readonly logFields: Readonly<Record<string, unknown>>;
  private readonly handshake: Handshake;
  private readonly channels = new ChannelTable(this);
  private readonly frames = new FrameDispatch(this, this.channels);
  private readonly reader = new FrameReader(this.frames);
  private readonly heartbeats: Heartbeats;
  private readonly intake: Intake;
  private readonly timeout: TimerTask;
  private readonly connectedAtMs: number;
  private confirming: Confirms[] = [];
  private session: Session | null = null;
  private sessionView: SessionView | null = null;
  private published = false;
  /** What it held is given back. */
  private released = false;
  /** Nothing that still arrives can be understood or counts. */
  private deaf = false;

  /** @param identity what the client is told the broker is */
  constructor(core: BrokerCore, transport: Transport, identity: Identity) {
    this.core = core;
    this.transport = transport;
    this.number = core.takeConnectionNumber();
    this.connectedAtMs = core.nowMs;
    this.outbox = new Outbox(
      core.chunks,
      () => transport.outputReady(),
      () => this.channels.wakeConsumers(),
    );
    this.logFields = { connection: this.number, peer: transport.peer };
    this.handshake = new Handshake(core, identity, transport.origin, {
      logFields: this.logFields,
      send: (method) => this.send(0, method),
      isAlive: () => this.phase === 'handshake',
      loginDecided: (refusal) => this.loginDecided(refusal),
    });
    this.heartbeats = new Heartbeats(core, {
      beat: () => this.outbox.append(HEARTBEAT_FRAME),
      missed: () => this.heartbeatMissed(),
    });
    this.intake = new Intake(transport, this.heartbeats);
    this.timeout = { timerIndex: NOT_SCHEDULED, run: () => this.timedOut() };
    core.connections.set(this.number, this);
    core.churn.connectionsCreated++;
    core.timers.schedule(this.timeout, core.nowMs + core.settings.setupTimeoutMs);
    this.handshake.start();
  }

  get isSecure(): boolean {
    return this.transport.isSecure;
  }

  get vhost(): VHost {
    return this.opened.vhost;
  }

  get user(): User {
    return this.opened.user;
  }

  get permissions(): Permissions {
    const { user, vhost } = this.opened;
    return user.permissionsIn(vhost.name) ?? NO_PERMISSIONS;
  }

  get view(): ConnectionView | null {
    return this.phase === 'open' ? this.sessionView : null;
  }

  get timedAs(): object {
    return this.sessionView ?? this;
  }

  get channelMax(): number {
    return this.opened.channelMax;
  }

  get clientProduct(): string {
    const { product } = this.opened.clientProperties;
    return typeof product === 'string' ? product : '';
  }

  get notifiesCancel(): boolean {
    return hasCapability(this.opened.clientProperties, 'consumer_cancel_notify');
  }

  /** Octets of the largest frame; what every peer must accept until it is negotiated. */
  get frameMax(): number {
    return this.session === null ? FRAME_MIN_SIZE : this.session.frameMax;
  }

  /**
   * Takes the octets [at, end) that arrived. Whatever is wrong with them ends at most this
   * connection.
   * @returns the offset of the first octet that must be presented again, followed by more
   */
  receive(b: Buffer, at: number, end: number): number {
    this.heartbeats.heard();
    for (let from = at; !this.deaf && this.phase !== 'closed'; from = this.reader.resumeAt) {
      try {
        const next = this.reader.read(b, from, end);
        this.flushConfirms();
        return next;
      } catch (error) {
        if (error === LOGIN_PENDING) {
          this.intake.stop('login');
          return this.reader.resumeAt;
        }
        if (error instanceof HeadAway) return this.awaitHead(error.queue);
        this.fail(error);
      }
    }
    return end;
  }

  send(channel: number, method: MethodToSend): void {
    if (this.phase !== 'closed') this.outbox.append(encodeMethodFrame(channel, method));
  }

  confirmsPending(confirms: Confirms): void {
    this.confirming.push(confirms);
  }

  hasPublished(): void {
    if (this.published) return;
    this.published = true;
    if (this.core.alarm !== null) this.alarm(this.core.alarm);
    if (this.core.held) this.hold(true);
  }

  hold(held: boolean): void {
    if (this.phase !== 'open' || !this.published) return;
    if (held) this.intake.stop('disk');
    else this.intake.goOn('disk');
  }

  alarm(reason: string | null): void {
    if (this.phase !== 'open' || !this.published) return;
    if ((reason !== null) === this.intake.isStoppedBy('alarm')) return;
    if (reason !== null) this.intake.stop('alarm');
    else this.intake.goOn('alarm');
    if (!hasCapability(this.opened.clientProperties, 'connection.blocked')) return;
    if (reason !== null) this.send(0, { name: 'connection.blocked', reason });
    else this.send(0, { name: 'connection.unblocked' });
  }

  belongsTo(owner: User | VHost): boolean {
    const { user, vhost } = this.session ?? { user: this.handshake.user, vhost: null };
    return owner === user || owner === vhost;
  }

  shutDown(): void {
    this.closeForced('broker is shutting down');
  }

  closeForced(reason: string): void {
    this.intake.goOnAnyway();
    if (this.phase === 'handshake') this.transport.destroy();
    else this.close(connectionError(CONNECTION_FORCED, reason));
  }

  /** The socket is gone: gives everything back. */
  socketClosed(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.core.timers.cancel(this.timeout);
    this.heartbeats.stop();
    this.releaseAll();
    this.outbox.discard();
    this.core.connections.delete(this.number);
    this.core.churn.connectionsClosed++;
    const level = this.session === null ? 'debug' : 'info';
    this.core.events.write(level, this.logFields, 'connection closed');
  }

  /** Octets have left: no heartbeat is needed for a while. */
  wrote(): void {
    this.heartbeats.said();
  }

  /** Leaves a method, and all behind it, unread until the head of a queue is in memory. */
  private awaitHead(queue: Queue): number {
    this.flushConfirms();
    this.intake.stop('head');
    queue.whenHeadIsHere(() => {
      if (this.phase === 'open') this.intake.goOn('head');
      this.transport.presentAgain();
    });
    return this.reader.frameAt;
  }

  private get opened(): Session {
    if (this.session === null) throw new Error('the connection is not open yet');
    return this.session;
  }

  get bodyOctetsMax(): number {
    return this.core.settings.messageOctetsMax;
  }

  takeConnectionMethod(method: Method): void {
    if (this.phase === 'closing') {
      if (method.name === 'connection.close-ok') this.endDeaf();
      else if (method.name === 'connection.close') this.confirmClose();
      return;
    }
    switch (method.name) {
      case 'connection.close':
        this.releaseAll();
        this.confirmClose();
        return;
      case 'connection.update-secret':
        // Secrets that expire (OAuth 2) are not among our mechanisms; PLAIN's needn't be renewed.
        this.send(0, { name: 'connection.update-secret-ok' });
        return;
      default:
        if (this.phase === 'handshake') this.continueHandshake(method);
        else
          throw connectionError(COMMAND_INVALID, `unexpected method ${method.name} on channel 0`);
    }
  }

  private loginDecided(refusal: Error | null): void {
    if (this.phase !== 'handshake') return;
    if (refusal !== null) this.fail(refusal);
    this.intake.goOn('login');
    this.transport.presentAgain();
  }

  private continueHandshake(method: Method): void {
    const session = this.handshake.next(method);
    if (this.handshake.isWaiting) throw LOGIN_PENDING;
    if (session === null) return;
    const { core } = this;
    this.session = session;
    session.user.connectionCount++;
    session.vhost.connectionCount++;
    this.phase = 'open';
    const { number, connectedAtMs, transport, outbox, channels: channelTable, intake } = this;
    const parts = { number, connectedAtMs, session, transport, outbox, channelTable, intake };
    this.sessionView = new SessionView(parts);
    core.timers.cancel(this.timeout);
    this.heartbeats.start(session.heartbeatSeconds);
    this.send(0, { name: 'connection.open-ok' });
    const { user, vhost } = session;
    const fields = { ...this.logFields, user: user.name, vhost: vhost.name };
    core.events.write('info', fields, 'connection opened');
  }

  /** Does what an error demands: closes the channel it concerns, or the connection. */
  private fail(error: unknown): void {
    if (error instanceof LoginRefused) {
      this.transport.destroy();
      this.socketClosed();
      return;
    }
    if (!(error instanceof ProtocolError)) {
      this.core.log.error(
        { err: error, connection: this.number },
        'defect while serving a connection',
      );
      this.close(connectionError(INTERNAL_ERROR, 'the broker failed, see its log'));
      return;
    }
    const channel = this.channels.last;
    if (error.scope === 'channel' && channel !== null) this.failChannel(channel, error);
    else this.close(error);
  }

  private failChannel(channel: Channel, error: ProtocolError): void {
    this.flushConfirms();
    channel.closing = true;
    channel.release();
    const fields = { ...this.logFields, channel: channel.channel, error: replyText(error) };
    this.core.events.write('info', fields, 'channel closed with an error');
    this.send(channel.channel, {
      name: 'channel.close',
      replyCode: error.code,
      replyText: replyText(error),
      classId: this.frames.method >>> 16,
      methodId: this.frames.method & 0xffff,
    });
  }

  /** Sends Connection.Close and waits a while for the answer; nothing else counts any more. */
  private close(error: ProtocolError): void {
    if (this.phase === 'closing' || this.phase === 'closed') {
      this.endDeaf();
      return;
    }
    const { core } = this;
    const graceful = error.code === CONNECTION_FORCED;
    const fields = { ...this.logFields, error: replyText(error) };
    core.events.write(graceful ? 'info' : 'warn', fields, 'closing connection');
    this.releaseAll();
    this.phase = 'closing';
    this.reader.reset();
    this.send(0, {
      name: 'connection.close',
      replyCode: error.code,
      replyText: replyText(error),
      classId: error.classId,
      methodId: error.methodId,
    });
    core.timers.schedule(this.timeout, core.nowMs + CLOSE_TIMEOUT_MS);
    // Behind a framing error there is no telling where a frame begins.
    if (error.code === FRAME_ERROR) this.endDeaf();
  }

  private confirmClose(): void {
    this.send(0, { name: 'connection.close-ok' });
    this.phase = 'closing';
    this.endDeaf();
  }

  /**
   * Closes our direction; what the peer still sends is thrown away, so that it gets to read our
   * last words.
   */
  private endDeaf(): void {
    this.deaf = true;
    this.transport.end();
  }

  private releaseAll(): void {
    this.channels.releaseAll();
    for (const queue of this.exclusiveQueues) this.session?.vhost.removeQueue(queue);
    this.exclusiveQueues.clear();
    if (this.session !== null && !this.released) {
      const { user, vhost } = this.session;
      user.connectionCount--;
      vhost.connectionCount--;
      this.released = true;
    }
    this.confirming = [];
  }

  private flushConfirms(): void {
    if (this.confirming.length === 0) return;
    for (const confirms of this.confirming) confirms.flush();
    this.confirming.length = 0;
  }

  private timedOut(): void {
    const what =
      this.phase === 'handshake' ? 'set-up took too long' : 'no answer to connection.close';
    this.core.events.write('warn', this.logFields, what);
    this.transport.destroy();
    this.socketClosed();
  }

  private heartbeatMissed(): void {
    this.core.events.write('warn', this.logFields, 'missed heartbeats');
    this.transport.destroy();
    this.socketClosed();
  }
}
