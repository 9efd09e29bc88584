import type { FieldTable } from '../../src/wire/field-table.ts';
import {
  encodeBodyFrames,
  encodeHeaderFrame,
  FRAME_BODY,
  FRAME_HEADER,
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
import { frame } from './frames.ts';
import { type Frame, openSocket, RawSocket } from './raw-socket.ts';

type MethodName = Method['name'];
type MethodNamed<N extends MethodName> = Extract<Method, { name: N }>;

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

/** The SASL PLAIN response. */
export function plainResponse(user: string, password: string): Buffer {
  return Buffer.from(`\0${user}\0${password}`);
}

/**
 * An AMQP client without rules: sends any octets, methods and contents, right or wrong, and looks at the
 * broker's answers frame by frame, in order.
 */
export class RawClient extends RawSocket {
  static async connect(port: number, host: string): Promise<RawClient> {
    return new RawClient(await openSocket(port, host));
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
    await this.startOpen(login);
    await this.expectMethod(0, 'connection.open-ok');
  }

  /** The dialogue up to connection.open, sent. */
  async startOpen(login: Login = {}): Promise<void> {
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

  private async nextLiveFrame(): Promise<Frame> {
    for (;;) {
      const next = await this.nextFrame();
      if (next.type !== FRAME_HEARTBEAT) return next;
    }
  }
}

function requireCode(close: { replyCode: number; replyText: string }, codes: number[]): void {
  if (!codes.includes(close.replyCode)) {
    throw new Error(`expected code ${codes}, got ${close.replyCode} ${close.replyText}`);
  }
}
