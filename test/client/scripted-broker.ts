import { createServer, type Server, type Socket } from 'node:net';
import { FRAME_METHOD, PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { decodeMethod, encodeMethodFrame, type MethodToSend } from '../../src/wire/methods.ts';
import type { Method } from '../../src/wire/spec.ts';

type MethodNamed<N extends Method['name']> = Extract<Method, { name: N }>;

/** What a broker says; all of it can be chosen. */
export interface Script {
  readonly mechanisms: string;
  readonly channelMax: number;
  readonly frameMax: number;
  readonly heartbeat: number;
}

const SCRIPT: Script = {
  mechanisms: 'PLAIN AMQPLAIN EXTERNAL',
  channelMax: 2047,
  frameMax: 131_072,
  heartbeat: 60,
};

/**
 * A broker that opens connections and channels, writes down what clients say, and does what a real
 * one will not do when asked.
 */
export class ScriptedBroker {
  /** What clients said, in order, over all connections. */
  readonly methods: Method[] = [];
  /** Heartbeat frames that came. */
  heartbeats = 0;
  private readonly script: Script;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(script: Script) {
    this.script = script;
    this.server = createServer((socket) => this.serve(socket));
  }

  static async start(script: Partial<Script> = {}, port = 0): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker({ ...SCRIPT, ...script });
    await new Promise<void>((resolve) => broker.server.listen(port, '127.0.0.1', resolve));
    return broker;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `amqp://127.0.0.1:${this.port}`;
  }

  /** The first method of that name that a client sent. */
  said<N extends Method['name']>(name: N): MethodNamed<N> | undefined {
    return this.methods.find((method): method is MethodNamed<N> => method.name === name);
  }

  /** Sends a method to all clients. */
  say(channel: number, method: MethodToSend): void {
    for (const socket of this.sockets) socket.write(encodeMethodFrame(channel, method));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    const splitter = new FrameSplitter(1 << 20);
    let headerDue = PROTOCOL_HEADER.length;
    socket.on('data', (octets) => {
      const skipped = Math.min(headerDue, octets.length);
      headerDue -= skipped;
      if (skipped > 0 && headerDue === 0) this.greet(socket);
      splitter.push(octets.subarray(skipped), (type, channel, b, at, end) => {
        if (type !== FRAME_METHOD) {
          this.heartbeats++;
          return;
        }
        const method = decodeMethod(b, at, end);
        this.methods.push(method);
        const answer = this.answer(method);
        if (answer !== null) socket.write(encodeMethodFrame(channel, answer));
      });
    });
  }

  private greet(socket: Socket): void {
    const start: MethodToSend = {
      name: 'connection.start',
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: { product: 'scripted', version: '1' },
      mechanisms: Buffer.from(this.script.mechanisms),
      locales: Buffer.from('en_US'),
    };
    socket.write(encodeMethodFrame(0, start));
  }

  private answer(method: Method): MethodToSend | null {
    const { channelMax, frameMax, heartbeat } = this.script;
    switch (method.name) {
      case 'connection.start-ok':
        return { name: 'connection.tune', channelMax, frameMax, heartbeat };
      case 'connection.open':
        return { name: 'connection.open-ok' };
      case 'connection.close':
        return { name: 'connection.close-ok' };
      case 'connection.update-secret':
        return { name: 'connection.update-secret-ok' };
      case 'channel.open':
        return { name: 'channel.open-ok' };
      case 'channel.close':
        return { name: 'channel.close-ok' };
      case 'basic.qos':
        return { name: 'basic.qos-ok' };
      default:
        return null;
    }
  }
}
