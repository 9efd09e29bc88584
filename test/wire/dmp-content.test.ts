import { describe, expect, it } from 'vitest';
import {
  CONTENT_BAD_LENGTHS,
  CONTENT_BAD_PROPERTIES,
  CONTENT_HEARTBEAT,
  CONTENT_INCOMPLETE,
  CONTENT_MIN_SIZE,
  CONTENT_TOO_LARGE,
  ContentCursor,
  contentErrorText,
  contentSize,
  cursorToView,
  DMP_HEARTBEAT,
  encodeContent,
  OPTION_IMMEDIATE,
  OPTION_MANDATORY,
  parseContent,
} from '../../src/wire/dmp-content.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { encodeShortstr, shortstrText } from '../../src/wire/octets.ts';
import {
  type BasicProperties,
  decodeProperties,
  encodeProperties,
} from '../../src/wire/properties.ts';
import { RECORDED_CONTENTS, RECORDED_FULL_CONTENT } from './openamq-session.ts';

const LIMIT = 2 * 1024 * 1024;

interface Message {
  exchange: string;
  routingKey: string;
  properties: BasicProperties;
  body: Buffer;
}

/** A view of the message whose parts lie apart from each other and in two Buffers. */
function viewOf({ exchange, routingKey, properties, body }: Message): MessageView {
  const gap = Buffer.from('###');
  const exchangeOctets = encodeShortstr(exchange);
  const routingKeyOctets = encodeShortstr(routingKey);
  const propertiesOctets = encodeProperties(properties);
  const view = new MessageView();
  view.envelope = Buffer.concat([gap, exchangeOctets, gap, routingKeyOctets, propertiesOctets]);
  view.exchangeAt = gap.length;
  view.routingKeyAt = 2 * gap.length + exchangeOctets.length;
  view.propertiesAt = view.routingKeyAt + routingKeyOctets.length;
  view.propertiesEnd = view.propertiesAt + propertiesOctets.length;
  view.body = Buffer.concat([gap, body, gap]);
  view.bodyAt = gap.length;
  view.bodySize = body.length;
  return view;
}

function encode(message: Message, options = 0): Buffer {
  const view = viewOf(message);
  const target = Buffer.alloc(contentSize(view));
  expect(encodeContent(view, options, target, 0)).toBe(target.length);
  return target;
}

function parseAll(b: Buffer, cursor = new ContentCursor()): number {
  return parseContent(b, 0, b.length, LIMIT, cursor);
}

function messageAt(b: Buffer, cursor: ContentCursor): Message {
  const view = new MessageView();
  cursorToView(b, cursor, view);
  return {
    exchange: shortstrText(view.envelope, view.exchangeAt),
    routingKey: shortstrText(view.envelope, view.routingKeyAt),
    properties: decodeProperties(view.envelope, view.propertiesAt, view.propertiesEnd),
    body: view.body.subarray(view.bodyAt, view.bodyAt + view.bodySize),
  };
}

const MESSAGES: Message[] = [
  { exchange: '', routingKey: '', properties: {}, body: Buffer.alloc(0) },
  { exchange: 'amq.topic', routingKey: 'a.b', properties: {}, body: Buffer.from('hello') },
  {
    exchange: 'e'.repeat(255),
    routingKey: 'k'.repeat(255),
    properties: { headers: { a: 1, b: { c: ['d'] } }, messageId: 'm', timestamp: 12 },
    body: Buffer.alloc(100_000, 7),
  },
  { exchange: 'x', routingKey: '', properties: { clusterId: 'c' }, body: Buffer.from([0]) },
];

describe('DMP contents', () => {
  it('survive encoding and parsing, wherever they lie', () => {
    for (const message of MESSAGES) {
      for (const before of [0, 1, 4095]) {
        const encoded = encode(message);
        const b = Buffer.concat([Buffer.alloc(before, 1), encoded, Buffer.from('next')]);
        const cursor = new ContentCursor();
        expect(parseContent(b, before, b.length, LIMIT, cursor)).toBe(encoded.length);
        expect(messageAt(b, cursor)).toEqual(message);
        expect(cursor.end).toBe(before + encoded.length);
      }
    }
  });

  it('carry the options in front of the body size', () => {
    const cursor = new ContentCursor();
    const encoded = encode(MESSAGES[1], OPTION_MANDATORY | OPTION_IMMEDIATE);
    parseAll(encoded, cursor);
    expect(encoded[cursor.optionsAt]).toBe(3);
    expect(encoded.readUIntBE(cursor.optionsAt + 1, 3)).toBe(5);
  });

  it('are at least 12 octets', () => {
    expect(encode(MESSAGES[0])).toHaveLength(CONTENT_MIN_SIZE);
    expect(parseAll(encode(MESSAGES[0]))).toBe(CONTENT_MIN_SIZE);
  });

  it('are incomplete up to their last octet', () => {
    for (const message of MESSAGES) {
      const encoded = encode(message);
      const step = Math.max(1, Math.floor(encoded.length / 2000));
      for (let end = 0; end < encoded.length; end += step) {
        const taken = parseContent(encoded, 0, end, LIMIT, new ContentCursor());
        expect(taken, `${end} octets`).toBe(CONTENT_INCOMPLETE);
      }
    }
  });

  it('follow one another, heartbeats between them', () => {
    const encoded = MESSAGES.map((message) => encode(message));
    const stream = Buffer.concat(encoded.flatMap((content) => [DMP_HEARTBEAT, content]));
    const cursor = new ContentCursor();
    const messages: Message[] = [];
    let at = 0;
    while (at < stream.length) {
      const taken = parseContent(stream, at, stream.length, LIMIT, cursor);
      expect(taken).toBeGreaterThan(0);
      if (taken !== CONTENT_HEARTBEAT) messages.push(messageAt(stream, cursor));
      at += taken;
    }
    expect(messages).toEqual(MESSAGES);
  });

  it('may be as large as the limit and no larger', () => {
    const encoded = encode(MESSAGES[1]);
    const { length } = encoded;
    const cursor = new ContentCursor();
    expect(parseContent(encoded, 0, length, length, cursor)).toBe(length);
    expect(parseContent(encoded, 0, length, length - 1, cursor)).toBe(CONTENT_TOO_LARGE);
    expect(parseContent(encoded, 0, 4, length - 1, cursor)).toBe(CONTENT_TOO_LARGE);
  });

  it('are too large, not malformed, with the largest sizes there are', () => {
    for (const size of ['7fffffff', '80000000', 'ffffffff']) {
      expect(parseAll(Buffer.from(size, 'hex'))).toBe(CONTENT_TOO_LARGE);
    }
  });
});

describe('a malformed DMP content', () => {
  it('is one whose size is too small for a content', () => {
    for (let size = 1; size < CONTENT_MIN_SIZE - 4; size++) {
      const b = Buffer.alloc(20);
      b.writeUInt32BE(size);
      expect(parseAll(b)).toBe(CONTENT_BAD_LENGTHS);
    }
  });

  it('is one whose size, names or body size is anything but right', () => {
    const encoded = encode(MESSAGES[1]);
    const cursor = new ContentCursor();
    parseAll(encoded, cursor);
    const lengths = [3, cursor.exchangeAt, cursor.routingKeyAt, cursor.optionsAt + 3];
    for (const at of lengths) {
      for (let value = 1; value < 256; value++) {
        if (value === encoded[at]) continue;
        const wrong = Buffer.concat([encoded, Buffer.alloc(300)]);
        wrong[at] = value;
        expect(parseAll(wrong), `${value} at ${at}`).toBeLessThan(0);
      }
    }
  });

  it('is one whose properties reach into what follows them', () => {
    const encoded = encode({ ...MESSAGES[1], properties: { messageId: 'm-1' } });
    const cursor = new ContentCursor();
    parseAll(encoded, cursor);
    encoded[cursor.propertiesAt + 2] += 6;
    expect(parseAll(encoded)).toBe(CONTENT_BAD_PROPERTIES);
  });

  it('is one with a property flag that does not exist', () => {
    for (const flag of [1, 2]) {
      const encoded = encode(MESSAGES[1]);
      const cursor = new ContentCursor();
      parseAll(encoded, cursor);
      encoded[cursor.propertiesAt + 1] |= flag;
      expect(parseAll(encoded)).toBe(CONTENT_BAD_PROPERTIES);
    }
  });

  it('leaves the cursor as it was', () => {
    const encoded = encode(MESSAGES[1]);
    const cursor = new ContentCursor();
    parseAll(encoded, cursor);
    const before = { ...cursor };
    encoded[encoded.length - 6]++;
    expect(parseAll(encoded, cursor)).toBe(CONTENT_BAD_LENGTHS);
    expect({ ...cursor }).toEqual(before);
  });

  it('is told from others in the log', () => {
    const errors = [CONTENT_TOO_LARGE, CONTENT_BAD_LENGTHS, CONTENT_BAD_PROPERTIES];
    expect(new Set(errors.map(contentErrorText)).size).toBe(3);
  });
});

describe("the contents of OpenAMQ's session", () => {
  it('mean what the recording says', () => {
    RECORDED_CONTENTS.forEach((hex, i) => {
      const b = Buffer.from(hex, 'hex');
      const cursor = new ContentCursor();
      expect(parseAll(b, cursor)).toBe(b.length);
      expect(b[cursor.optionsAt]).toBe(0);
      expect(messageAt(b, cursor)).toEqual({
        exchange: 'amq.direct',
        routingKey: 'auto.0',
        properties: { messageId: `ID00000000${i}` },
        body: Buffer.alloc(10, 0xab),
      });
    });
  });

  it('carry almost all properties', () => {
    const b = Buffer.from(RECORDED_FULL_CONTENT, 'hex');
    const cursor = new ContentCursor();
    expect(parseAll(b, cursor)).toBe(b.length);
    expect(messageAt(b, cursor)).toEqual({
      exchange: 'amq.topic',
      routingKey: 'test.topic',
      properties: {
        contentType: 'text/plain',
        contentEncoding: 'ce',
        headers: { 'X-Timestamp-Base': '1795331485\0', 'X-Timestamp-Delta': '0\0' },
        deliveryMode: 1,
        priority: 4,
        correlationId: 'cid',
        replyTo: 'rto',
        expiration: '60000',
        messageId: 'mid',
        type: 'mtype',
        userId: 'guest',
        appId: 'dm_pub',
      },
      body: Buffer.from('b6eaf0f755ff564b88300adb5a455d43bc554839', 'hex'),
    });
  });

  it('are encoded to the same octets', () => {
    for (const hex of [...RECORDED_CONTENTS, RECORDED_FULL_CONTENT]) {
      const b = Buffer.from(hex, 'hex');
      const cursor = new ContentCursor();
      parseAll(b, cursor);
      expect(encode(messageAt(b, cursor)).toString('hex')).toBe(hex);
    }
  });
});
