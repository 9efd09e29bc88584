import {
  FRAME_HEADER_SIZE,
  FRAME_METHOD,
  FRAME_OVERHEAD,
  PROTOCOL_HEADER,
} from '../../src/wire/frame.ts';
import { decodeMethod, encodeMethodFrame, type MethodToSend } from '../../src/wire/methods.ts';
import { readUint32 } from '../../src/wire/octets.ts';
import type { Method } from '../../src/wire/spec.ts';
import type { Parsed } from './dialogue.ts';
import { Dialogue } from './dialogue.ts';

/** Frames of this size are asked for where the broker leaves the size to us. */
const FRAME_MAX_DEFAULT = 131_072;

/** An AMQP 0-9-1 connection of user guest with one channel, 1, open; without heartbeats. */
export class AmqpSession {
  /** Largest frame on this connection, in octets, overhead included. */
  readonly frameMax: number;
  readonly dialogue: Dialogue;

  private constructor(dialogue: Dialogue, frameMax: number) {
    this.dialogue = dialogue;
    this.frameMax = frameMax;
  }

  /** @throws Error if the broker refuses */
  static async open(host: string, port: number): Promise<AmqpSession> {
    const dialogue = await Dialogue.connect(host, port);
    dialogue.write(PROTOCOL_HEADER);
    await takeReply(dialogue, 'connection.start');
    send(dialogue, 0, {
      name: 'connection.start-ok',
      mechanism: 'PLAIN',
      response: Buffer.from('\0guest\0guest'),
      locale: 'en_US',
    });
    const tune = await takeReply(dialogue, 'connection.tune');
    const frameMax = tune.frameMax === 0 ? FRAME_MAX_DEFAULT : tune.frameMax;
    send(dialogue, 0, { name: 'connection.tune-ok', channelMax: tune.channelMax, frameMax });
    send(dialogue, 0, { name: 'connection.open', virtualHost: '/' });
    await takeReply(dialogue, 'connection.open-ok');
    const session = new AmqpSession(dialogue, frameMax);
    await session.call({ name: 'channel.open' }, 'channel.open-ok');
    return session;
  }

  /**
   * Sends a method on channel 1 and waits for its reply.
   * @throws Error if the broker answers otherwise
   */
  call<Name extends Method['name']>(
    method: MethodToSend,
    replyName: Name,
  ): Promise<Extract<Method, { name: Name }>> {
    this.send(method);
    return this.reply(replyName);
  }

  /**
   * Waits for a reply to what was sent.
   * @throws Error if the broker answers otherwise
   */
  reply<Name extends Method['name']>(name: Name): Promise<Extract<Method, { name: Name }>> {
    return takeReply(this.dialogue, name);
  }

  /** Sends a method on channel 1 that has no reply. */
  send(method: MethodToSend): void {
    send(this.dialogue, 1, method);
  }

  async close(): Promise<void> {
    send(this.dialogue, 0, { name: 'connection.close', replyCode: 200, replyText: 'done' });
    await takeReply(this.dialogue, 'connection.close-ok');
    this.dialogue.close();
  }
}

function send(dialogue: Dialogue, channel: number, method: MethodToSend): void {
  dialogue.write(encodeMethodFrame(channel, method));
}

async function takeReply<Name extends Method['name']>(
  dialogue: Dialogue,
  name: Name,
): Promise<Extract<Method, { name: Name }>> {
  let method = await dialogue.take(parseMethod);
  // What is published for a feed after its direct connection has gone comes to its consumer here.
  while (method.name === 'basic.deliver') method = await dialogue.take(parseMethod);
  if (method.name !== name) {
    const reason = 'replyText' in method ? `: ${method.replyCode} ${method.replyText}` : '';
    throw new Error(`Expected ${name}, got ${method.name}${reason}`);
  }
  return method as Extract<Method, { name: Name }>;
}

/** The first method frame; heartbeats and contents before it are dropped. */
function parseMethod(received: Buffer): Parsed<Method> | null {
  let at = 0;
  while (received.length - at >= FRAME_OVERHEAD) {
    const end = at + readUint32(received, at + 3) + FRAME_OVERHEAD;
    if (end > received.length) return null;
    if (received[at] === FRAME_METHOD) {
      return { value: decodeMethod(received, at + FRAME_HEADER_SIZE, end - 1), octets: end };
    }
    at = end;
  }
  return null;
}
