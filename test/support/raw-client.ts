import { connect, type Socket } from 'node:net';
import type { FieldTable } from '../../src/wire/field-table.ts';
import {
  encodeBodyFrames,
  encodeHeaderFrame,
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_SIZE,
  FRAME_HEARTBEAT,
  FRAME_METHOD,
  FRAME_MIN_SIZE,
  PROTOCOL_HEADER,
} from '../../src/wire/frame.ts';
import { decodeMethod, encodeMethodFrame, type MethodToSend } from '../../src/wire/methods.ts';
import {
  type BasicProperties,
  decodeProperties,
  encodeProperties,
} from '../../src/wire/properties.ts';
import type { Method } from '../../src/wire/spec.ts';
import { waitFor } from './wait-for.ts';

type MethodName = Method['name'];
type MethodNamed<N extends MethodName> = Extract<Method, { name: N }>;

/** One frame as it came; `end` is the octet after the payload. */
export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
  readonly end: number;
}

/** A message as it came: the header frame's properties and the joined body frames. */
export interface Content {
  readonly properties: BasicProperties;
  readonly body: Buffer;
  /** Sizes of the body frames' payloads, octets. */
  readonly frameSizes: number[];
}

/** What a client may choose while it logs in. */
export interface Login {
  user?: string;
  password?: string;
  vhost?: string;
  mechanism?: string;
  /** The SASL response; made of user and password, for PLAIN, if absent. */
  response?: Buffer;
  clientProperties?: FieldTable;
  channelMax?: number;
  frameMax?: number;
  /** Seconds; 0 = none. */
  heartbeat?: number;
}

/** A frame of any type with any payload and, unless told otherwise, the right end octet. */
export function frame(type: number, channel: number, payload: Buffer, end = FRAME_END): Buffer {
  const octets = Buffer.alloc(FRAME_HEADER_SIZE + payload.length + 1);
  octets.writeUInt8(type, 0);
  octets.writeUInt16BE(channel, 1);
  octets.writeUInt32BE(payload.length, 3);
  payload.copy(octets, FRAME_HEADER_SIZE);
  octets.writeUInt8(end, octets.length - 1);
  return octets;
}

/** Longest time an answer may take, milliseconds; generous because CI machines stall. */
const DEADLINE_MS = 5000;

/** The SASL PLAIN response. */
export function plainResponse(user: string, password: string): Buffer {
  return Buffer.from(`\0${user}\0${password}`);
}

/**
 * A connection on which any octets can be sent, right or wrong, and everything the broker answers is looked
 * at frame by frame, in order.
 */
export class RawClient {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private ended = false;
  private wake = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    const onEnd = () => {
      this.ended = true;
      this.wake();
    };
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.on('error', () => {});
  }

  static connect(port: number, host: string): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** Whether the broker has ended the connection. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** Sends any octets. */
  write(octets: Buffer): void {
    this.socket.write(octets);
  }

  /** Resolves when the kernel has taken all that was written; it does not while the broker reads nothing. */
  writeFully(octets: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(octets, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Stops reading, so that the broker cannot send more than the kernel buffers hold. */
  stopReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  send(channel: number, ...methods: MethodToSend[]): void {
    this.write(Buffer.concat(methods.map((method) => encodeMethodFrame(channel, method))));
  }

  /** Publishes one message; `frameMax` is the largest frame it is split into, octets. */
  publish(
    channel: number,
    exchange: string,
    routingKey: string,
    body: Buffer,
    options: {
      properties?: BasicProperties;
      mandatory?: boolean;
      immediate?: boolean;
      frameMax?: number;
    } = {},
  ): void {
    const { properties = {}, mandatory = false, immediate = false, frameMax } = options;
    this.write(
      Buffer.concat([
        encodeMethodFrame(channel, {
          name: 'basic.publish',
          exchange,
          routingKey,
          mandatory,
          immediate,
        }),
        encodeHeaderFrame(channel, body.length, encodeProperties(properties)),
        ...encodeBodyFrames(channel, body, frameMax ?? FRAME_MIN_SIZE),
      ]),
    );
  }

  /** Begins to publish to a queue: method and header frame, no body. */
  startPublish(channel: number, queue: string, bodySize: number): void {
    this.send(channel, { name: 'basic.publish', exchange: '', routingKey: queue });
    this.write(encodeHeaderFrame(channel, bodySize, encodeProperties({})));
  }

  /** Sends one body frame. */
  writeBody(channel: number, part: Buffer): void {
    this.write(frame(FRAME_BODY, channel, part));
  }

  /** The next frame, heartbeats included. */
  async nextFrame(): Promise<Frame> {
    const head = await this.peek(FRAME_HEADER_SIZE);
    const size = head.readUInt32BE(3);
    const octets = await this.nextOctets(FRAME_HEADER_SIZE + size + 1);
    return {
      type: octets.readUInt8(0),
      channel: octets.readUInt16BE(1),
      payload: octets.subarray(FRAME_HEADER_SIZE, FRAME_HEADER_SIZE + size),
      end: octets.readUInt8(FRAME_HEADER_SIZE + size),
    };
  }

  /** The next `count` octets, whatever they are. */
  async nextOctets(count: number): Promise<Buffer> {
    await this.peek(count);
    const octets = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return octets;
  }

  /** Reads the next frame that is not a heartbeat; it must be this method on this channel. */
  async expectMethod<N extends MethodName>(channel: number, name: N): Promise<MethodNamed<N>> {
    const method = await this.nextMethod(channel);
    if (method.name !== name) throw new Error(`expected ${name}, got ${JSON.stringify(method)}`);
    return method as MethodNamed<N>;
  }

  /** Reads the next frame that is not a heartbeat; it must be a method on this channel. */
  async nextMethod(channel: number): Promise<Method> {
    const next = await this.nextLiveFrame();
    const method =
      next.type === FRAME_METHOD ? decodeMethod(next.payload, 0, next.payload.length) : undefined;
    if (method === undefined || next.channel !== channel) {
      const got = method === undefined ? `frame type ${next.type}` : JSON.stringify(method);
      throw new Error(`expected a method on channel ${channel}, got ${got} on ${next.channel}`);
    }
    return method;
  }

  /** Reads a header frame and its body frames. */
  async expectContent(channel: number): Promise<Content> {
    const header = await this.nextLiveFrame();
    if (header.type !== FRAME_HEADER || header.channel !== channel) {
      throw new Error(`expected a header on ${channel}, got ${header.type} on ${header.channel}`);
    }
    const bodySize = Number(header.payload.readBigUInt64BE(4));
    const properties = decodeProperties(header.payload, 12, header.payload.length);
    const parts: Buffer[] = [];
    for (let size = 0; size < bodySize; ) {
      const next = await this.nextLiveFrame();
      if (next.type !== FRAME_BODY || next.channel !== channel) {
        throw new Error(`expected a body on ${channel}, got ${next.type} on ${next.channel}`);
      }
      parts.push(next.payload);
      size += next.payload.length;
    }
    return { properties, body: Buffer.concat(parts), frameSizes: parts.map((p) => p.length) };
  }

  /** Reads basic.deliver and its message. */
  async expectDelivery(channel: number): Promise<MethodNamed<'basic.deliver'> & Content> {
    const method = await this.expectMethod(channel, 'basic.deliver');
    return { ...method, ...(await this.expectContent(channel)) };
  }

  /** The broker closes this channel for one of these reasons; it is answered. */
  async expectChannelClose(
    channel: number,
    ...codes: number[]
  ): Promise<MethodNamed<'channel.close'>> {
    const close = await this.expectMethod(channel, 'channel.close');
    requireCode(close, codes);
    this.send(channel, { name: 'channel.close-ok' });
    return close;
  }

  /**
   * The broker closes the connection for one of these reasons; it is answered and the broker ends the
   * connection.
   */
  async expectConnectionClose(...codes: number[]): Promise<MethodNamed<'connection.close'>> {
    const close = await this.expectMethod(0, 'connection.close');
    requireCode(close, codes);
    this.send(0, { name: 'connection.close-ok' });
    await this.expectEnd();
    return close;
  }

  /**
   * The broker does not let the client in: it closes the connection for one of these reasons or ends it
   * without a word, as brokers may while a connection is not open yet.
   */
  async expectRefusal(...codes: number[]): Promise<void> {
    const octets = await this.peek(1).catch(() => undefined);
    if (octets === undefined) await this.expectEnd();
    else await this.expectConnectionClose(...codes);
  }

  /** The broker ends the connection and sends nothing more before. */
  async expectEnd(deadlineMs?: number): Promise<void> {
    await waitFor('the end of the connection', () => this.ended, deadlineMs);
    if (this.received.length > 0) {
      throw new Error(
        `${this.received.length} octets before the end: ${this.received.toString('hex')}`,
      );
    }
  }

  /** The connection is alive: a channel that does not exist yet can be opened and closed. */
  async expectAlive(channel = 99): Promise<void> {
    await this.openChannel(channel);
    this.send(channel, {
      name: 'channel.close',
      replyCode: 200,
      replyText: '',
      classId: 0,
      methodId: 0,
    });
    await this.expectMethod(channel, 'channel.close-ok');
  }

  /** The dialogue up to connection.tune, which is returned. */
  async authenticate(login: Login = {}): Promise<MethodNamed<'connection.tune'>> {
    await this.startLogin(login);
    return this.expectMethod(0, 'connection.tune');
  }

  /** The dialogue up to connection.start-ok, sent. */
  async startLogin(login: Login = {}): Promise<MethodNamed<'connection.start'>> {
    const { user = 'guest', password = 'guest', mechanism = 'PLAIN' } = login;
    this.write(PROTOCOL_HEADER);
    const start = await this.expectMethod(0, 'connection.start');
    this.send(0, {
      name: 'connection.start-ok',
      clientProperties: login.clientProperties ?? {},
      mechanism,
      response: login.response ?? plainResponse(user, password),
      locale: 'en_US',
    });
    return start;
  }

  /** The whole dialogue, after which channels can be opened. */
  async login(login: Login = {}): Promise<void> {
    const tune = await this.authenticate(login);
    this.send(
      0,
      {
        name: 'connection.tune-ok',
        channelMax: login.channelMax ?? tune.channelMax,
        frameMax: login.frameMax ?? tune.frameMax,
        heartbeat: login.heartbeat ?? 0,
      },
      { name: 'connection.open', virtualHost: login.vhost ?? '/' },
    );
    await this.expectMethod(0, 'connection.open-ok');
  }

  async openChannel(channel: number): Promise<void> {
    this.send(channel, { name: 'channel.open' });
    await this.expectMethod(channel, 'channel.open-ok');
  }

  /** Declares an exclusive queue on the channel and returns its name. */
  async declareQueue(channel: number, name = ''): Promise<string> {
    this.send(channel, { name: 'queue.declare', queue: name, exclusive: true });
    return (await this.expectMethod(channel, 'queue.declare-ok')).queue;
  }

  /** Ends the connection at once, without the closing dialogue. */
  destroy(): void {
    this.socket.destroy();
  }

  private async nextLiveFrame(): Promise<Frame> {
    for (;;) {
      const next = await this.nextFrame();
      if (next.type !== FRAME_HEARTBEAT) return next;
    }
  }

  private async peek(count: number): Promise<Buffer> {
    const giveUpAt = performance.now() + DEADLINE_MS;
    while (this.received.length < count && !this.ended && performance.now() < giveUpAt) {
      await this.changed();
    }
    if (this.received.length < count) {
      const state = this.ended ? 'the connection ended' : `${DEADLINE_MS} ms passed`;
      throw new Error(`${state}; ${count} octets expected, ${this.received.length} came`);
    }
    return this.received;
  }

  /** Resolves when octets have come or the connection has ended, or the deadline has passed. */
  private changed(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DEADLINE_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function requireCode(close: { replyCode: number; replyText: string }, codes: number[]): void {
  if (!codes.includes(close.replyCode)) {
    throw new Error(`expected code ${codes}, got ${close.replyCode} ${close.replyText}`);
  }
}
