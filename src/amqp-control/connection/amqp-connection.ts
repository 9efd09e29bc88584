import type { FieldTable } from '../../wire/field-table.ts';
import { FRAME_MIN_SIZE, HEARTBEAT_FRAME } from '../../wire/frame.ts';
import type { MethodToSend } from '../../wire/methods.ts';
import { decodeMethod, encodeMethodFrame } from '../../wire/methods.ts';
import { readUint32 } from '../../wire/octets.ts';
import { connectionError, ProtocolError, replyText } from '../../wire/protocol-error.ts';
import {
  CHANNEL_ERROR,
  COMMAND_INVALID,
  CONNECTION_FORCED,
  FRAME_ERROR,
  INTERNAL_ERROR,
  NOT_ALLOWED,
  UNEXPECTED_FRAME,
} from '../../wire/reply-code.ts';
import type { Method } from '../../wire/spec.ts';
import { BASIC_PUBLISH } from '../../wire/spec.ts';
import type { BrokerCore, CoreConnection } from '../broker-core.ts';
import { Channel } from '../channel/channel.ts';
import type { ChannelHost } from '../channel/channel-host.ts';
import type { Confirms } from '../channel/confirms.ts';
import { HeadAway } from '../channel/head-away.ts';
import { dispatchMethod } from '../channel/method-dispatch.ts';
import { Outbox } from '../io/outbox.ts';
import type { Queue } from '../queues/queue.ts';
import { NOT_SCHEDULED, type TimerTask } from '../queues/timer-queue.ts';
import { NO_PERMISSIONS, type Permissions } from '../security/permissions.ts';
import type { User } from '../security/user.ts';
import type { ConnectionView, TlsView, Traffic } from '../stats/connection-view.ts';
import type { VHost } from '../topology/vhost.ts';
import { CLOSE_TIMEOUT_MS, notOpen } from './closing.ts';
import { type FrameHandler, FrameReader } from './frame-reader.ts';
import { Handshake, hasCapability, LoginRefused, type Session } from './handshake.ts';
import { Heartbeats } from './heartbeats.ts';
import type { PublishFrames } from './publish-frames.ts';
import type { Identity } from './server-properties.ts';
import type { Transport } from './transport.ts';

/** Thrown to leave what comes behind Connection.Start-Ok unread while its login is decided. */
const LOGIN_PENDING = new Error('the login is not decided yet');

type Phase = 'handshake' | 'open' | 'closing' | 'closed';

/**
 * One AMQP 0-9-1 connection from Connection.Start to its end. Synchronous and without a socket:
 * octets go in by `receive`, octets come out through `outbox`.
 */
export class AmqpConnection implements ChannelHost, CoreConnection, ConnectionView, FrameHandler {
  readonly number: number;
  readonly core: BrokerCore;
  readonly outbox: Outbox;
  readonly exclusiveQueues = new Set<Queue>();
  readonly channels = new Map<number, Channel>();
  readonly connectedAtMs: number;

  private readonly transport: Transport;
  private readonly logFields: Readonly<Record<string, unknown>>;
  private readonly handshake: Handshake;
  private readonly reader = new FrameReader(this);
  private readonly heartbeats: Heartbeats;
  private readonly timeout: TimerTask;
  /** A memory alarm has stopped it. */
  blocked = false;
  private confirming: Confirms[] = [];
  private phase: Phase = 'handshake';
  private session: Session | null = null;
  /** The channel that was used last: most connections use one at a time. */
  private lastChannel: Channel | null = null;
  /** Number of the method under way, to be blamed if it fails. */
  private method = 0;
  private published = false;
  /** What it held is given back. */
  private released = false;
  private held = false;
  private awaitsHead = false;
  private reading = true;
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
      () => this.relieved(),
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
    return this.phase === 'open' ? this : null;
  }

  get peer(): string {
    return this.transport.peer;
  }

  get local(): string {
    return this.transport.local;
  }

  get tls(): TlsView | null {
    return this.transport.tls;
  }

  get userName(): string {
    return this.user.name;
  }

  get vhostName(): string {
    return this.vhost.name;
  }

  get mechanism(): string {
    return this.opened.mechanism;
  }

  get clientProperties(): FieldTable {
    return this.opened.clientProperties;
  }

  get channelMax(): number {
    return this.opened.channelMax;
  }

  get heartbeatSeconds(): number {
    return this.opened.heartbeatSeconds;
  }

  get waitingOctets(): number {
    return this.outbox.waitingOctets;
  }

  traffic(): Traffic {
    return this.transport.traffic();
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
          this.transport.setReading(false);
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
    this.held = held;
    this.readUnlessStopped();
  }

  alarm(reason: string | null): void {
    if (this.phase !== 'open' || !this.published) return;
    const blocked = reason !== null;
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.readUnlessStopped();
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
    this.transport.setReading(true);
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

  private readUnlessStopped(): void {
    const reading = !this.blocked && !this.held && !this.awaitsHead;
    if (reading === this.reading) return;
    this.reading = reading;
    this.transport.setReading(reading);
    if (reading) this.heartbeats.resume();
    else this.heartbeats.suspend();
  }

  /** Leaves a method, and all behind it, unread until the head of a queue is in memory. */
  private awaitHead(queue: Queue): number {
    this.awaitsHead = true;
    this.flushConfirms();
    this.readUnlessStopped();
    queue.whenHeadIsHere(() => {
      this.awaitsHead = false;
      if (this.phase === 'open') this.readUnlessStopped();
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

  publishingChannel(number: number): Channel | null {
    const channel = this.phase === 'open' ? this.channelOf(number) : null;
    if (channel === null || channel.closing) return null;
    return channel.assembly.step === 'method' ? channel : null;
  }

  takePublication(channel: Channel, { view, bits }: PublishFrames): void {
    this.method = BASIC_PUBLISH;
    channel.publish(view, bits);
  }

  takeMethod(number: number, b: Buffer, payloadAt: number, payloadEnd: number): void {
    const channel = number === 0 ? null : this.channelOf(number);
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
    this.method = payloadEnd - payloadAt >= 4 ? readUint32(b, payloadAt) : 0;
    const method = decodeMethod(b, payloadAt, payloadEnd);
    if (number === 0) this.handleConnectionMethod(method);
    else this.handleChannelMethod(number, channel, method);
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
    this.method = BASIC_PUBLISH;
    channel.publish(view, bits);
    channel.assembly.reset();
  }

  /**
   * The channel a content frame is for; null if it is being closed, and the frame to be ignored.
   */
  private contentChannel(number: number): Channel | null {
    if (this.phase === 'closing') return null;
    const channel = this.channelOf(number);
    if (channel === null) throw notOpen(number);
    return channel.closing ? null : channel;
  }

  private channelOf(number: number): Channel | null {
    const { lastChannel } = this;
    if (lastChannel !== null && lastChannel.channel === number) return lastChannel;
    const channel = this.channels.get(number) ?? null;
    if (channel !== null) this.lastChannel = channel;
    return channel;
  }

  private handleConnectionMethod(method: Method): void {
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
    this.transport.setReading(true);
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
    core.timers.cancel(this.timeout);
    this.heartbeats.start(session.heartbeatSeconds);
    this.send(0, { name: 'connection.open-ok' });
    const { user, vhost } = session;
    const fields = { ...this.logFields, user: user.name, vhost: vhost.name };
    core.events.write('info', fields, 'connection opened');
  }

  private handleChannelMethod(number: number, channel: Channel | null, method: Method): void {
    if (this.phase !== 'open') {
      if (this.phase === 'closing') return;
      throw connectionError(
        CHANNEL_ERROR,
        `method ${method.name} on channel ${number} before connection.open`,
      );
    }
    if (channel === null) {
      if (method.name !== 'channel.open') throw notOpen(number);
      this.openChannel(number);
      return;
    }
    switch (method.name) {
      case 'channel.close':
        // If both sides close at once, the channel lives until the client has answered ours, too.
        if (!channel.closing) this.closeChannel(channel);
        this.send(number, { name: 'channel.close-ok' });
        return;
      case 'channel.close-ok':
        if (channel.closing) this.forgetChannel(channel);
        return;
      case 'channel.open':
        if (channel.closing) return;
        throw connectionError(CHANNEL_ERROR, `second 'channel.open' on channel ${number}`);
      default:
        if (!channel.closing) dispatchMethod(channel, method);
    }
  }

  private openChannel(number: number): void {
    const { channelMax } = this.opened;
    if (number > channelMax) {
      throw connectionError(
        NOT_ALLOWED,
        `channel number ${number} is higher than the negotiated channel_max (${channelMax})`,
      );
    }
    const { user } = this.opened;
    const { channelsMax } = user.limits;
    if (user.channelCount >= channelsMax) {
      throw connectionError(
        NOT_ALLOWED,
        `number of channels opened for user '${user.name}' has reached the maximum allowed user ` +
          `limit of (${channelsMax})`,
      );
    }
    user.channelCount++;
    this.channels.set(number, new Channel(number, this));
    this.send(number, { name: 'channel.open-ok' });
  }

  private closeChannel(channel: Channel): void {
    channel.release();
    this.forgetChannel(channel);
  }

  private forgetChannel(channel: Channel): void {
    this.channels.delete(channel.channel);
    this.opened.user.channelCount--;
    if (this.lastChannel === channel) this.lastChannel = null;
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
    const channel = this.lastChannel;
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
      classId: this.method >>> 16,
      methodId: this.method & 0xffff,
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
    for (const channel of this.channels.values()) if (!channel.closing) channel.release();
    for (const queue of this.exclusiveQueues) this.session?.vhost.removeQueue(queue);
    this.exclusiveQueues.clear();
    if (this.session !== null && !this.released) {
      const { user, vhost } = this.session;
      user.connectionCount--;
      user.channelCount -= this.channels.size;
      vhost.connectionCount--;
      this.released = true;
    }
    this.channels.clear();
    this.lastChannel = null;
    this.confirming = [];
  }

  private flushConfirms(): void {
    if (this.confirming.length === 0) return;
    for (const confirms of this.confirming) confirms.flush();
    this.confirming.length = 0;
  }

  private relieved(): void {
    for (const channel of this.channels.values()) if (!channel.closing) channel.wakeConsumers();
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
