import { type DirectContent, decodeContent, encodeContent, shortstr } from './direct-content.ts';
import { openSocket, RawSocket } from './raw-socket.ts';
import { DEADLINE_MS } from './wait-for.ts';

/** What opens a direct connection: 'AMQP', class 10, instance 1, version 0.1. */
export const DIRECT_HEADER = Buffer.from('414d51500a010001', 'hex');

/** Octets of the size field of a content. */
const SIZE_FIELD = 4;

/** All that a client may send to open a direct connection, in one piece. */
export function opening(lease: string): Buffer {
  return Buffer.concat([DIRECT_HEADER, shortstr(lease)]);
}

/**
 * A direct connection without rules, written from the DMP specification: sends any octets, right or
 * wrong, in any pieces, and looks at what the broker answers in order.
 */
export class DirectClient extends RawSocket {
  static async connect(port: number, host: string): Promise<DirectClient> {
    return new DirectClient(await openSocket(port, host));
  }

  /** Sends header and lease in one piece and returns the broker's answer to the lease. */
  async open(lease: string): Promise<string> {
    this.write(opening(lease));
    await this.expectGreeting();
    return this.nextReply();
  }

  /** The broker greets as it must. */
  async expectGreeting(): Promise<void> {
    const greeting = await this.nextReply();
    if (greeting !== '200 OK DP/0.1') throw new Error(`greeted with '${greeting}'`);
  }

  /** The broker refuses the lease, says nothing else and closes. */
  async expectRefusal(lease: string): Promise<string> {
    const answer = await this.open(lease);
    await this.expectEnd();
    return answer;
  }

  /** The next short string. */
  async nextReply(): Promise<string> {
    const length = await this.nextOctets(1);
    return (await this.nextOctets(length.readUInt8(0))).toString();
  }

  /** Sends one content. */
  publish(content: Partial<DirectContent>): void {
    this.write(encodeContent(content));
  }

  /** Sends contents that differ in their bodies only, in one piece. */
  publishTexts(routingKey: string, texts: readonly string[]): void {
    this.write(
      Buffer.concat(texts.map((text) => encodeContent({ routingKey, body: Buffer.from(text) }))),
    );
  }

  /** The next content as it came, heartbeats skipped. */
  async nextContentOctets(): Promise<Buffer> {
    let giveUpAt = Infinity;
    for (;;) {
      const octets = await this.nextItem();
      if (octets.length > SIZE_FIELD) return octets;
      if (giveUpAt === Infinity) giveUpAt = performance.now() + DEADLINE_MS;
      else if (performance.now() > giveUpAt) throw new Error('only heartbeats came');
    }
  }

  /** The next content, heartbeats skipped. */
  async nextContent(): Promise<DirectContent> {
    return decodeContent(await this.nextContentOctets());
  }

  /** The bodies of the next contents as text. */
  async nextTexts(count: number): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < count) texts.push((await this.nextContent()).body.toString());
    return texts;
  }

  /** The next octets are a heartbeat. */
  async expectHeartbeat(): Promise<void> {
    const octets = await this.nextItem();
    if (octets.length > SIZE_FIELD) throw new Error('a content where a heartbeat was expected');
  }

  /** The next content or heartbeat as it came. */
  private async nextItem(): Promise<Buffer> {
    const size = (await this.peek(SIZE_FIELD)).readUInt32BE(0);
    return this.nextOctets(SIZE_FIELD + size);
  }
}
