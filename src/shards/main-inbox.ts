import type { WorkSource } from '../ring/parking.ts';
import { PAYLOAD_WORD_OCTETS, readPayloadWord } from '../ring/payload-words.ts';
import {
  RECORD_CONTENTS,
  RECORD_IMMEDIATE,
  RECORD_LARGE_CONTENT,
  RECORD_QUEUE_SET,
  RECORD_QUEUE_SWITCHED,
  RECORD_UNROUTED,
} from '../ring/record-types.ts';
import type { RingConsumer } from '../ring/ring-consumer.ts';
import type { RingWriterPeer } from '../ring/ring-peer.ts';
import { ContentCursor, cursorToView, parseContent } from '../wire/dmp-content.ts';
import { MessageView } from '../wire/message-view.ts';

/** The shard has checked the sizes. */
const ANY_SIZE = 0x7fffffff;

/** Who published contents, and the queues that they are for. The same object for the same ones. */
export interface InboxQueues {
  /** Number of the AMQP connection that leased the sink. */
  readonly origin: number;
  /** Queues that have been deleted since may be among them. */
  readonly queueNumbers: readonly number[];
}

/** What comes out of a shard's ring. Views, and octets that aren't owned, are valid in the call. */
export interface InboxHandler {
  /** A content for all of `queues`. */
  content(queues: InboxQueues, view: MessageView): void;
  /** A content that no queue takes goes back to its publisher: 312, NO_ROUTE. */
  unrouted(sink: number, view: MessageView): void;
  /**
   * A content for those of `queues` that can deliver it now.
   * @param returnTo the sink that it goes back to if none can (313, NO_CONSUMERS), or -1 if it
   *   doesn't: somebody else has got it
   */
  immediate(queues: InboxQueues, returnTo: number, view: MessageView): void;
  /** Nothing more for this queue comes from this shard: its feed gets it, behind `barrier`. */
  queueSwitched(queueNumber: number, barrier: number): void;
}

/** Counts what comes out of the rings. */
export interface InboxTally {
  received(contents: number, octets: number): void;
}

/** Main's end of the ring that one shard writes. */
export class MainInbox implements WorkSource {
  private readonly consumer: RingConsumer;
  private readonly peer: RingWriterPeer;
  private readonly handler: InboxHandler;
  private readonly tally: InboxTally;
  /** By number. */
  private readonly queueSets: InboxQueues[] = [];
  private readonly cursor = new ContentCursor();
  private readonly view = new MessageView();

  constructor(
    consumer: RingConsumer,
    peer: RingWriterPeer,
    handler: InboxHandler,
    tally: InboxTally,
  ) {
    this.consumer = consumer;
    this.peer = peer;
    this.handler = handler;
    this.tally = tally;
  }

  /** Whether there is anything to pump. */
  hasPublished(): boolean {
    return this.consumer.hasPublished();
  }

  /**
   * Hands what is in the ring to the handler.
   * @param maxOctets after which it stops, at the end of a record
   * @returns whether it stopped because of that
   */
  pump(maxOctets: number): boolean {
    const { consumer } = this;
    let octets = 0;
    while (octets < maxOctets && consumer.next()) {
      this.handle();
      octets += consumer.payloadLength;
    }
    if (consumer.release()) this.peer.grantSpace();
    return octets >= maxOctets;
  }

  private handle(): void {
    const { consumer } = this;
    const { bytes, type, payloadAt, payloadLength } = consumer;
    switch (type) {
      case RECORD_QUEUE_SET:
        this.queueSets[consumer.target] = this.readQueueSet();
        return;
      case RECORD_QUEUE_SWITCHED:
        this.handler.queueSwitched(consumer.target, consumer.count);
        return;
      case RECORD_LARGE_CONTENT:
        this.handleLarge();
        return;
      default:
        this.handleContents(type, bytes, payloadAt, payloadAt + payloadLength, false);
    }
  }

  private handleLarge(): void {
    const { bytes, payloadAt, payloadLength } = this.consumer;
    const content = this.peer.takeLarge(readPayloadWord(bytes, payloadAt));
    const hasType = payloadLength > PAYLOAD_WORD_OCTETS;
    const typeAt = payloadAt + PAYLOAD_WORD_OCTETS;
    const type = hasType ? readPayloadWord(bytes, typeAt) : RECORD_CONTENTS;
    this.handleContents(type, content, 0, content.length, true);
  }

  private handleContents(type: number, b: Buffer, from: number, to: number, owned: boolean): void {
    const { cursor, view } = this;
    let at = from;
    let contents = 0;
    while (at < to) {
      if (parseContent(b, at, to, ANY_SIZE, cursor) <= 0)
        throw new Error('Broken content in a ring');
      cursorToView(b, cursor, view);
      view.bodyOwned = owned;
      this.deliver(type);
      at = cursor.end;
      contents++;
    }
    this.tally.received(contents, to - from);
  }

  private deliver(type: number): void {
    const { handler, view } = this;
    const { target, count } = this.consumer;
    switch (type) {
      case RECORD_CONTENTS:
        handler.content(this.queueSet(target), view);
        return;
      case RECORD_UNROUTED:
        handler.unrouted(target, view);
        return;
      case RECORD_IMMEDIATE:
        handler.immediate(this.queueSet(target), count, view);
        return;
      default:
        throw new Error(`Unknown record type ${type} in a ring`);
    }
  }

  private queueSet(number: number): InboxQueues {
    const queues = this.queueSets[number];
    if (queues === undefined) throw new Error(`Queue set ${number} was never announced`);
    return queues;
  }

  private readQueueSet(): InboxQueues {
    const { bytes, payloadAt, payloadLength } = this.consumer;
    const queueNumbers: number[] = [];
    for (let at = PAYLOAD_WORD_OCTETS; at < payloadLength; at += PAYLOAD_WORD_OCTETS) {
      queueNumbers.push(readPayloadWord(bytes, payloadAt + at));
    }
    return { origin: readPayloadWord(bytes, payloadAt), queueNumbers };
  }
}
