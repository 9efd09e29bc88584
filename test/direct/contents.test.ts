import { describe, expect, it } from 'vitest';
import type { BasicProperties } from '../../src/wire/properties.ts';
import {
  type DirectContent,
  encodeContent,
  IMMEDIATE,
  MANDATORY,
} from '../support/direct-content.ts';
import { numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';

const MIB = 1024 * 1024;

const ALL_PROPERTIES: Required<BasicProperties> = {
  contentType: 'text/plain',
  contentEncoding: 'gzip',
  headers: {
    text: 'ü',
    number: 42,
    negative: -1.5,
    flag: true,
    nothing: null,
    list: [1, 'two', { three: 3 }],
    table: { nested: { deeper: 'x' } },
    octets: Buffer.from([0, 255]),
  },
  deliveryMode: 2,
  priority: 7,
  correlationId: 'correlation',
  replyTo: 'reply',
  expiration: '60000',
  messageId: 'id',
  timestamp: 1_700_000_000,
  type: 'type',
  userId: 'guest',
  appId: 'application',
  clusterId: 'cluster',
};

const PROPERTY_NAMES = Object.keys(ALL_PROPERTIES) as (keyof BasicProperties)[];

/** A body of `size` octets, none like the next. */
function bodyOf(size: number): Buffer {
  const body = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) body[i] = (i * 31 + (i >> 8)) & 0xff;
  return body;
}

describe.each(SETUPS)('a content, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  /** A sink, and a feed that gets what is sent there with the routing key 'key'. */
  async function pipe(exchange = 'amq.direct') {
    const application = await session.application();
    const feed = await application.activeFeed(exchange, 'key');
    return { application, sink: await application.sink(exchange), feed: feed.direct };
  }

  it('is handed on octet by octet with any property, none and all of them', async () => {
    const { sink, feed } = await pipe();
    const each = PROPERTY_NAMES.map((name) => ({ [name]: ALL_PROPERTIES[name] }));
    for (const properties of [{}, ...each, ALL_PROPERTIES]) {
      const content = encodeContent({
        exchange: 'amq.direct',
        routingKey: 'key',
        properties,
        body: Buffer.from('body'),
      });
      sink.write(content);
      expect(await feed.nextContentOctets()).toEqual(content);
    }
  });

  it('has a body of 0 octets up to the limit, beside small ones', async () => {
    const { sink, feed } = await pipe();
    const envelopeSize = encodeContent({ exchange: 'amq.direct', routingKey: 'key' }).length;
    const sizes = [0, 1, 11, 12, 63, 64, 65, 255, 256, 4095, 4096, 16_383, 16_384, 65_535, 65_536];
    for (const size of [...sizes, 262_144, MIB - 1, MIB, MIB + 1, 2 * MIB - envelopeSize]) {
      const large = encodeContent({
        exchange: 'amq.direct',
        routingKey: 'key',
        body: bodyOf(size),
      });
      const small = encodeContent({ exchange: 'amq.direct', routingKey: 'key' });
      sink.write(Buffer.concat([small, large, small, large, small]));
      for (const expected of [small, large, small, large, small]) {
        expect((await feed.nextContentOctets()).equals(expected)).toBe(true);
      }
    }
  });

  it('has a routing key of 0 to 255 octets', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    for (const routingKey of ['', 'k', 'ключ', 'k'.repeat(254), 'k'.repeat(255)]) {
      sink.publish({ routingKey });
      expect(await feed.direct.nextContent()).toMatchObject({ routingKey });
    }
  });

  it('is delivered with options of 0 whatever they were', async () => {
    const { sink, feed } = await pipe();
    const choices = [0, MANDATORY, IMMEDIATE, MANDATORY | IMMEDIATE];
    sink.write(
      Buffer.concat(
        [...choices, ...choices].map((choice) =>
          encodeContent({ routingKey: 'key', options: choice, body: Buffer.from(`${choice}`) }),
        ),
      ),
    );
    for (const choice of [...choices, ...choices]) {
      expect(await feed.nextContent()).toMatchObject({
        options: 0,
        body: Buffer.from(`${choice}`),
      });
    }
  });

  it('is delivered with the name of the sink whether it had that or none', async () => {
    const { sink, feed } = await pipe();
    const named = (text: string, exchange: string): Partial<DirectContent> => ({
      exchange,
      routingKey: 'key',
      properties: ALL_PROPERTIES,
      body: Buffer.from(text),
    });
    const order = ['', '', 'amq.direct', '', 'amq.direct', 'amq.direct', '', ''];
    sink.write(
      Buffer.concat(order.map((exchange, i) => encodeContent(named(`body ${i}`, exchange)))),
    );
    for (const i of order.keys()) {
      const expected = encodeContent(named(`body ${i}`, 'amq.direct'));
      expect(await feed.nextContentOctets()).toEqual(expected);
    }
  });

  it('is delivered with the name of the sink when it is large and had none', async () => {
    const { sink, feed } = await pipe();
    for (const size of [60_000, 65_536, MIB, 2 * MIB - 100]) {
      const body = bodyOf(size);
      sink.publish({ routingKey: 'key', body });
      const expected = encodeContent({ exchange: 'amq.direct', routingKey: 'key', body });
      expect((await feed.nextContentOctets()).equals(expected)).toBe(true);
    }
  });

  it('goes through the default exchange to the queue of that name', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    const feed = await application.feed(queue);
    await application.consume(queue);
    const sink = await application.sink('');
    const content = encodeContent({ routingKey: queue, body: Buffer.from('body') });
    sink.write(content);
    expect(await feed.nextContentOctets()).toEqual(content);
  });

  it('may be split at every octet, from one read of the broker to the next', async () => {
    const { sink, feed } = await pipe();
    const contentOf = (at: number) =>
      encodeContent({
        exchange: 'amq.direct',
        routingKey: 'key',
        properties: { contentType: 'text/plain', headers: { a: 1 } },
        body: Buffer.from(`split at ${String(at).padStart(3, '0')}`),
      });
    const { length } = contentOf(0);
    let rest: Buffer = Buffer.alloc(0);
    for (let at = 1; at < length; at++) {
      // A write ends one content and begins the next, whose other part is sent only when the first
      // has been delivered: by then the broker has read both.
      const content = contentOf(at);
      sink.write(Buffer.concat([rest, content.subarray(0, at)]));
      if (at > 1) expect(await feed.nextContentOctets()).toEqual(contentOf(at - 1));
      rest = content.subarray(at);
    }
    sink.write(rest);
    expect(await feed.nextContentOctets()).toEqual(contentOf(length - 1));
  });

  it('may come octet by octet', async () => {
    const { application, sink, feed } = await pipe();
    const content = encodeContent({ exchange: 'amq.direct', routingKey: 'key' });
    for (const octet of content) {
      await sink.writeFully(Buffer.from([octet]));
      await application.settle();
    }
    expect(await feed.nextContentOctets()).toEqual(content);
  });

  it('may be one of many in one piece', async () => {
    const { sink, feed } = await pipe();
    const texts = numbered('body', 20_000);
    sink.publishTexts('key', texts);
    expect(await feed.nextTexts(texts.length)).toEqual(texts);
  });

  it('is delivered when its sink ends the connection right behind it', async () => {
    const { application, feed } = await pipe();
    for (let round = 0; round < 20; round++) {
      const sink = await application.sink('amq.direct');
      const texts = numbered(`round ${round}`, 500);
      sink.publishTexts('key', texts);
      sink.endWriting();
      expect(await feed.nextTexts(texts.length)).toEqual(texts);
      await sink.expectEnd();
    }
  });
});

describe.each(SETUPS)('the limit of contents, $setup,', ({ options }) => {
  const LIMIT = 4096;
  const session = useDirectBroker({ ...options, directMaxContent: LIMIT });

  it('counts all octets of a content', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    const envelopeSize = encodeContent({ exchange: 'amq.fanout' }).length;
    const largest = encodeContent({
      exchange: 'amq.fanout',
      body: bodyOf(LIMIT - envelopeSize),
    });
    sink.write(largest);
    expect(await feed.direct.nextContentOctets()).toEqual(largest);
    sink.publish({ exchange: 'amq.fanout', body: bodyOf(LIMIT - envelopeSize + 1) });
    await sink.expectEnd();
  });

  it('does not concern what comes from AMQP', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const body = bodyOf(100_000);
    application.amqp.publish(1, 'amq.fanout', '', body);
    expect((await feed.direct.nextContent()).body.equals(body)).toBe(true);
  });
});

describe.each(SETUPS)('the largest limit of contents, $setup,', ({ options }) => {
  const session = useDirectBroker({ ...options, directMaxContent: 16 * MIB });

  it('lets a content of 16 MiB through', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    const envelopeSize = encodeContent({ exchange: 'amq.fanout' }).length;
    const content = encodeContent({
      exchange: 'amq.fanout',
      body: bodyOf(16 * MIB - envelopeSize),
    });
    sink.write(content);
    expect((await feed.direct.nextContentOctets()).equals(content)).toBe(true);
  });
});
