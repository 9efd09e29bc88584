import { describe, expect, it, vi } from 'vitest';
import { encodeContent, type Lies } from '../support/direct-content.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { waitFor } from '../support/wait-for.ts';

const LIMIT = 65_536;

/** A content for everybody behind amq.fanout, with lies. */
function lying(lies: Lies): Buffer {
  return encodeContent(
    { exchange: 'amq.fanout', routingKey: 'key', body: Buffer.from('a body') },
    lies,
  );
}

/** A content whose fields behind the size are these octets, which need not be a content at all. */
function sized(hex: string): Buffer {
  const octets = Buffer.from(hex, 'hex');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(octets.length);
  return Buffer.concat([size, octets]);
}

/** Octets that are no content, whatever follows them. */
const MALFORMED: readonly (readonly [string, Buffer])[] = [
  ['a size of 1', Buffer.from('00000001', 'hex')],
  ['a size of 7, one less than the least', Buffer.from('00000007', 'hex')],
  ['a size of 2^31', Buffer.from('80000000', 'hex')],
  ['a size of 2^32 - 1', Buffer.from('ffffffff', 'hex')],
  ['a size of 2^31 - 1', Buffer.from('7fffffff', 'hex')],
  ['a size just above the limit', Buffer.from('0000fffd', 'hex')],
  ['a size that is too small by one', lying({ size: lying({}).length - 5 })],
  [
    'a size that is too large by one',
    Buffer.concat([lying({ size: lying({}).length - 3 }), lying({})]),
  ],
  ['a body said to be smaller than it is', lying({ bodySize: 5 })],
  ['a body said to be larger than it is', lying({ bodySize: 7 })],
  ['a body said to be as large as can be', lying({ bodySize: 0xffffff })],
  ['an exchange name that ends behind the content', sized('ff616161616161616161')],
  ['an exchange name that ends with the content', sized('0961616161616161616161')],
  ['a routing key that ends behind the content', sized('00ff6161616161616161')],
  ['a routing key that ends with the content', sized('000861616161616161616161')],
  ['nothing behind the flags', sized('00060000000000000000')],
  [
    'a property that ends behind the content',
    lying({ properties: Buffer.from('8000ff61', 'hex') }),
  ],
  ['a property that takes the options for its end', sized('00008000026162000000')],
  [
    'headers that end behind the content',
    lying({ properties: Buffer.from('20000000ffff', 'hex') }),
  ],
  [
    'headers with a field that ends behind them',
    lying({ properties: Buffer.from('2000000000070161530000ffff', 'hex') }),
  ],
  [
    'headers with a field of no known type',
    lying({ properties: Buffer.from('20000000000401615a00', 'hex') }),
  ],
  ['a flag that announces more flags', lying({ properties: Buffer.from('00010000', 'hex') })],
  ['a flag that means nothing', lying({ properties: Buffer.from('0002', 'hex') })],
  ["another exchange's name", encodeContent({ exchange: 'amq.direct', routingKey: 'key' })],
  ["a part of the exchange's name", encodeContent({ exchange: 'amq.fanou' })],
  ["more than the exchange's name", encodeContent({ exchange: 'amq.fanoutx' })],
  ["the exchange's name in other letters", encodeContent({ exchange: 'AMQ.FANOUT' })],
  ['octets of another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
];

describe.each(SETUPS)('a sink connection is closed, and no other, $setup,', ({ options }) => {
  const session = useDirectBroker({ ...options, directMaxContent: LIMIT });

  it.each(MALFORMED)('for %s', async (_, octets) => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const bystander = await application.sink('amq.fanout');
    const culprit = await application.sink('amq.fanout');
    const good = encodeContent({ body: Buffer.from('before') });
    culprit.write(Buffer.concat([good, octets, encodeContent({ body: Buffer.from('behind') })]));
    await culprit.expectEnd();
    bystander.publishTexts('', ['from the bystander']);
    expect(await feed.direct.nextTexts(2)).toEqual(['before', 'from the bystander']);
    const successor = await application.sink('amq.fanout');
    successor.publishTexts('', ['from the successor']);
    expect(await feed.direct.nextTexts(1)).toEqual(['from the successor']);
    await application.amqp.expectAlive();
  });

  it('and the log says which and why', async () => {
    const warnings: unknown[][] = [];
    session.administer(({ log }) => {
      vi.spyOn(log, 'warn').mockImplementation((...words) => void warnings.push(words));
    });
    const culprit = await (await session.application()).sink('amq.fanout');
    const [{ sink }] = session.running.directReport().sinks;
    culprit.publish({ exchange: 'amq.direct' });
    await culprit.expectEnd();
    await waitFor('a warning', () => warnings.length > 0);
    const reason = 'content for an exchange other than the leased one';
    expect(warnings).toEqual([[{ sink, reason }, 'sink closed']]);
  });

  it('for a malformed content that is pipelined with the handshake', async () => {
    const application = await session.application();
    const lease = await application.leaseSink('amq.fanout');
    const culprit = await session.direct();
    const opened = culprit.open(lease);
    culprit.write(Buffer.from('ffffffff', 'hex'));
    expect(await opened).toMatch(/^200 /);
    await culprit.expectEnd();
    await application.amqp.expectAlive();
  });

  it('for a malformed content that comes octet by octet', async () => {
    const application = await session.application();
    const culprit = await application.sink('amq.fanout');
    for (const octet of lying({ bodySize: 7 })) {
      await culprit.writeFully(Buffer.from([octet]));
      await application.settle();
    }
    await culprit.expectEnd();
  });

  it('without harm when a client promises a content and goes', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const promised = encodeContent({ body: Buffer.alloc(LIMIT - 100) });
    for (const sent of [1, 4, 5, 1000, 40_000, promised.length - 1]) {
      const culprit = await application.sink('amq.fanout');
      await culprit.writeFully(promised.subarray(0, sent));
      culprit.destroy();
    }
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });

  it('not for octets that a client sends to its feed, which cannot mean anything', async () => {
    const culprit = await (await session.application()).activeFeed('amq.fanout', '');
    culprit.direct.publishTexts('', ['not for a feed']);
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    sink.publishTexts('', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
    await application.amqp.expectAlive();
  });
});
