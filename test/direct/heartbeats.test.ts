import { describe, expect, it } from 'vitest';
import { encodeContent, HEARTBEAT } from '../support/direct-content.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';

describe.each(SETUPS)('a feed that is idle, $setup,', ({ options }) => {
  const session = useDirectBroker({ ...options, directHeartbeatMs: 100 });

  it('sends heartbeats between contents, active or not', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.fanout', '');
    const feed = await application.feed(queue);
    const sink = await application.sink('amq.fanout');
    await feed.expectHeartbeat();
    await feed.expectHeartbeat();
    await application.consume(queue);
    for (let round = 0; round < 3; round++) {
      sink.publishTexts('', [`round ${round}`]);
      expect(await feed.nextTexts(1)).toEqual([`round ${round}`]);
      await feed.expectHeartbeat();
    }
  });

  it('is the only one to send any: sinks get none', async () => {
    const application = await session.application();
    const sink = await application.sink('amq.fanout');
    const feed = await application.activeFeed('amq.fanout', '');
    for (let count = 0; count < 3; count++) await feed.direct.expectHeartbeat();
    sink.endWriting();
    await sink.expectEnd();
  });
});

describe.each(SETUPS)('heartbeats on a sink, $setup,', ({ options }) => {
  const session = useDirectBroker({ ...options, directHeartbeatMs: 60_000 });

  it('are skipped wherever they are', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    const content = encodeContent({ exchange: 'amq.fanout', body: Buffer.from('body') });
    const many = Buffer.alloc(HEARTBEAT.length * 100_000);
    sink.write(Buffer.concat([HEARTBEAT, content, HEARTBEAT, HEARTBEAT, content, many, content]));
    sink.write(HEARTBEAT);
    sink.write(content);
    const expected = Buffer.concat([content, content, content, content]);
    expect(await feed.direct.nextOctets(expected.length)).toEqual(expected);
  });

  it('may be split at every octet', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    const content = encodeContent({ exchange: 'amq.fanout', body: Buffer.from('body') });
    for (let at = 0; at < HEARTBEAT.length; at++) {
      // The broker has read the first part when the content in front of it is delivered.
      sink.write(Buffer.concat([content, HEARTBEAT.subarray(0, at)]));
      expect(await feed.direct.nextOctets(content.length)).toEqual(content);
      sink.write(Buffer.concat([HEARTBEAT.subarray(at), content]));
      expect(await feed.direct.nextOctets(content.length)).toEqual(content);
    }
  });

  it('may be pipelined with the handshake', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await session.direct();
    const opened = sink.open(await application.leaseSink('amq.fanout'));
    sink.write(Buffer.concat([HEARTBEAT, encodeContent({ body: Buffer.from('arrives') })]));
    expect(await opened).toMatch(/^200 /);
    expect(await feed.direct.nextTexts(1)).toEqual(['arrives']);
  });
});
