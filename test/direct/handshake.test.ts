import { describe, expect, it } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { DIRECT_HEADER, opening } from '../support/direct-client.ts';
import { encodeContent, shortstr } from '../support/direct-content.ts';
import { numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';

describe.each(SETUPS)('opening a direct connection, $setup', ({ options }) => {
  const session = useDirectBroker(options);

  it('is a header, a greeting, a lease and an answer', async () => {
    const application = await session.application();
    const lease = await application.leaseSink('amq.direct');
    const direct = await session.direct();
    direct.write(DIRECT_HEADER);
    expect((await direct.nextOctets(14)).toString('hex')).toBe('0d323030204f4b2044502f302e31');
    direct.write(shortstr(lease));
    expect((await direct.nextOctets(31)).toString('hex')).toBe(
      '1e323030204f4b2053696e6b2027616d712e64697265637427207265616479',
    );
  });

  it('is answered with the name of the sink or feed', async () => {
    const application = await session.application();
    const queue = await application.declareQueue({ queue: session.name('feed') });
    const leases = [
      [await application.leaseSink('amq.topic'), "200 OK Sink 'amq.topic' ready"],
      [await application.leaseSink(''), "200 OK Sink '' ready"],
      [await application.leaseFeed(queue), `200 OK Feed '${queue}' ready`],
    ] as const;
    for (const [lease, answer] of leases) {
      expect(await (await session.direct()).open(lease)).toBe(answer);
    }
  });

  it('is answered with a part of the name when that is as long as names can be', async () => {
    const application = await session.application();
    const name = 'x'.repeat(255);
    await application.declareExchange(name, 'fanout');
    const feed = await application.activeFeed(name, '', { declare: { queue: name } });
    const sink = await session.direct();
    expect(await sink.open(await application.leaseSink(name))).toMatch(/^200 OK Sink 'x+' ready$/);
    sink.publishTexts('', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });

  it('may be done without waiting for answers, contents and all', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const texts = numbered('body', 5000);
    const contents = texts.map((text) =>
      encodeContent({ routingKey: 'key', body: Buffer.from(text) }),
    );
    const sink = await session.direct();
    sink.write(Buffer.concat([opening(await application.leaseSink('amq.direct')), ...contents]));
    expect(await feed.direct.nextTexts(texts.length)).toEqual(texts);
    await sink.expectGreeting();
    expect(await sink.nextReply()).toBe("200 OK Sink 'amq.direct' ready");
  });

  it('may be done, contents and all, by a client that ends the connection in the same breath', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    for (const round of numbered('round', 20)) {
      const sink = await session.direct();
      const content = encodeContent({ routingKey: 'key', body: Buffer.from(round) });
      sink.write(Buffer.concat([opening(await application.leaseSink('amq.direct')), content]));
      sink.endWriting();
      expect(await feed.direct.nextTexts(1)).toEqual([round]);
    }
  });

  it('may be split at every octet', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const octetsOf = (lease: string, text: string) =>
      Buffer.concat([
        opening(lease),
        encodeContent({ routingKey: 'key', body: Buffer.from(text) }),
        encodeContent({ routingKey: 'key', body: Buffer.from(`${text} again`) }),
      ]);
    const length = octetsOf(await application.leaseSink('amq.direct'), 'split 000').length;
    for (let at = 1; at < length; at++) {
      const text = `split ${String(at).padStart(3, '0')}`;
      const octets = octetsOf(await application.leaseSink('amq.direct'), text);
      const sink = await session.direct();
      await sink.writeFully(octets.subarray(0, at));
      await application.settle();
      await sink.writeFully(octets.subarray(at));
      expect(await feed.direct.nextTexts(2)).toEqual([text, `${text} again`]);
      sink.destroy();
    }
  });

  it('may come octet by octet', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const sink = await session.direct();
    const lease = await application.leaseSink('amq.direct');
    for (const octet of opening(lease)) {
      await sink.writeFully(Buffer.from([octet]));
      await application.settle();
    }
    await sink.expectGreeting();
    await sink.nextReply();
    sink.publishTexts('key', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });

  it('is refused with the AMQP header when the protocol is another version or none', async () => {
    const wrong = ['414d51500a010002', '414d51500a020001', '414d51500b010001', '444d505000010001'];
    for (const header of wrong) {
      const direct = await session.direct();
      direct.write(Buffer.from(header, 'hex'));
      expect(await direct.nextOctets(8)).toEqual(PROTOCOL_HEADER);
      await direct.expectEnd();
    }
  });

  it('fails for a client that disappears at any octet, which keeps its lease', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const lease = await application.leaseSink('amq.direct');
    const octets = opening(lease);
    for (let at = 0; at < octets.length; at++) {
      const sink = await session.direct();
      await sink.writeFully(octets.subarray(0, at));
      sink.destroy();
    }
    await application.settle();
    const sink = await session.direct();
    expect(await sink.open(lease)).toBe("200 OK Sink 'amq.direct' ready");
    sink.publishTexts('key', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });

  it('ends with what is complete when a client disappears within a content', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const content = encodeContent({ routingKey: 'key', body: Buffer.from('complete') });
    for (let at = 0; at < content.length; at++) {
      const sink = await session.direct();
      const lease = await application.leaseSink('amq.direct');
      sink.write(Buffer.concat([opening(lease), content, content.subarray(0, at)]));
      sink.endWriting();
    }
    const sink = await application.sink('amq.direct');
    const arrived = await feed.direct.nextTexts(content.length);
    sink.publishTexts('key', ['last']);
    expect(arrived.every((text) => text === 'complete')).toBe(true);
    expect(await feed.direct.nextTexts(1)).toEqual(['last']);
  });
});

describe.each(SETUPS)('a direct connection that is not opened in time, $setup', ({ options }) => {
  const session = useDirectBroker({ ...options, setupTimeoutMs: 500 });

  it('is closed, however far it has come', async () => {
    const application = await session.application();
    const octets = opening(await application.leaseSink('amq.direct'));
    for (const at of [0, 1, 7, 8, 9, octets.length - 1]) {
      const direct = await session.direct();
      await direct.writeFully(octets.subarray(0, at));
      if (at >= 8) await direct.expectGreeting();
      await direct.expectEnd();
    }
    await application.amqp.expectAlive();
  });

  it('is not closed once it is open', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    // Opened later, and closed: the time of the others has passed, too.
    await (await session.direct()).expectEnd();
    sink.publishTexts('key', ['arrives']);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });
});
