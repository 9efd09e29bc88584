import { FRAME_METHOD, PROTOCOL_HEADER } from '../../wire/frame.ts';
import { FrameSplitter } from '../../wire/frame-splitter.ts';
import { decodeMethod, encodeMethodFrame } from '../../wire/methods.ts';
import { SocketLine } from '../net/socket-line.ts';
import { acceptedOctets, type Target } from '../target.ts';
import { ClientHandshake, type Tuning } from './handshake.ts';

/** A frame that came before anybody could take it. */
export interface EarlyFrame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

/** An AMQP connection that is open, and not yet anybody's. */
export interface Link {
  readonly target: Target;
  readonly line: SocketLine;
  readonly splitter: FrameSplitter;
  readonly tuning: Tuning;
  readonly early: readonly EarlyFrame[];
}

/**
 * Connects and opens an AMQP connection.
 * @param signal ends the attempt; the promise is then rejected with its reason
 * @throws Error what the network or the broker said
 */
export async function openLink(target: Target, signal: AbortSignal | undefined): Promise<Link> {
  const timeout = new AbortController();
  const timer =
    target.connectTimeoutMs === 0
      ? undefined
      : setTimeout(() => timeout.abort(new Error('connect ETIMEDOUT')), target.connectTimeoutMs);
  const either = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  try {
    const line = await SocketLine.open(target, either);
    return await shakeHands(target, line, either);
  } finally {
    clearTimeout(timer);
  }
}

function shakeHands(target: Target, line: SocketLine, signal: AbortSignal): Promise<Link> {
  return new Promise((resolve, reject) => {
    const handshake = new ClientHandshake(target.login);
    const splitter = new FrameSplitter(acceptedOctets(target.login, 0));
    const early: EarlyFrame[] = [];
    let tuning: Tuning | null = null;

    const fail = (reason: unknown) => {
      signal.removeEventListener('abort', onAbort);
      line.destroy();
      reject(reason);
    };
    const onAbort = () => fail(signal.reason);
    const abrupt = (error: Error | null) =>
      fail(error ?? new Error('Socket closed abruptly during opening handshake'));

    const onFrame = (type: number, channel: number, b: Buffer, at: number, end: number) => {
      if (tuning !== null) {
        early.push({ type, channel, payload: Buffer.from(b.subarray(at, end)) });
        return;
      }
      if (type !== FRAME_METHOD) return;
      if (channel !== 0) throw new Error('Frame on channel != 0 during handshake');
      const step = handshake.accept(decodeMethod(b, at, end));
      for (const method of step.send) line.write(encodeMethodFrame(0, method));
      if (step.opened === null) return;
      tuning = step.opened;
      splitter.payloadMaxOctets = acceptedOctets(target.login, tuning.frameMax);
      signal.removeEventListener('abort', onAbort);
      resolve({ target, line, splitter, tuning, early });
    };

    signal.addEventListener('abort', onAbort);
    line.start({
      received: (octets) => {
        try {
          splitter.push(octets, onFrame);
        } catch (error) {
          fail(error);
        }
      },
      written: () => {},
      ended: () => abrupt(null),
      closed: abrupt,
    });
    line.write(PROTOCOL_HEADER);
  });
}
