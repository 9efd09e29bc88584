import { describe, expect, it } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { decodeMethod, encodeMethodFrame } from '../../src/wire/methods.ts';
import { DIRECT_HEADER } from '../support/direct-client.ts';
import { encodeContent, HEARTBEAT, shortstr } from '../support/direct-content.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';
import type { RawClient } from '../support/raw-client.ts';
import {
  RECORDED_CONTENTS,
  RECORDED_FULL_CONTENT,
  RECORDED_METHODS,
} from '../wire/openamq-session.ts';

/** Field types that the client of 2009 knows, and how many octets follow a length, if there is one. */
const KNOWN_TYPES: Readonly<Record<string, (octets: Buffer, at: number) => number>> = {
  S: (octets, at) => 4 + octets.readUInt32BE(at),
  I: () => 4,
  D: () => 5,
  F: (octets, at) => 4 + octets.readUInt32BE(at),
  V: () => 0,
};

/** A method frame as the client sent it. */
function recorded(name: string): Buffer {
  const method = RECORDED_METHODS.find((candidate) => candidate.name === name);
  if (method === undefined) throw new Error(`${name} was not recorded`);
  return Buffer.from(method.frame, 'hex');
}

/** As recorded, except for names that the broker chose. */
function renamed(name: string, names: { queue?: string; feed?: string; consumerTag?: string }) {
  const frame = recorded(name);
  const method = decodeMethod(frame, 7, frame.length - 1);
  return encodeMethodFrame(1, { ...method, ...names });
}

/** The recorded dialogue until the channel is open. */
async function logIn(client: RawClient): Promise<void> {
  client.write(PROTOCOL_HEADER);
  await client.expectMethod(0, 'connection.start');
  client.write(recorded('connection.start-ok'));
  const tune = await client.expectMethod(0, 'connection.tune');
  expect(tune.frameMax).toBeGreaterThanOrEqual(4096);
  client.write(recorded('connection.tune-ok'));
  client.write(recorded('connection.open'));
  await client.expectMethod(0, 'connection.open-ok');
  client.write(recorded('channel.open'));
  await client.expectMethod(1, 'channel.open-ok');
}

describe.each(SETUPS)("OpenAMQ's client of 2009, $setup,", ({ options }) => {
  const session = useDirectBroker({ ...options, direct: true, directHeartbeatMs: 60_000 });

  it('has its recorded session, octet for octet', async () => {
    const client = await session.raw();
    await logIn(client);
    client.write(recorded('exchange.declare'));
    await client.expectMethod(1, 'exchange.declare-ok');
    client.write(recorded('queue.declare'));
    const { queue } = await client.expectMethod(1, 'queue.declare-ok');

    client.write(renamed('direct.get', { feed: queue }));
    const feedLease = await client.expectMethod(1, 'direct.get-ok');
    const feed = await session.direct();
    feed.write(DIRECT_HEADER);
    expect(await feed.nextReply()).toBe('200 OK DP/0.1');
    feed.write(shortstr(feedLease.lease));
    expect(await feed.nextReply()).toBe(`200 OK Feed '${queue}' ready`);

    client.write(renamed('queue.bind', { queue }));
    await client.expectMethod(1, 'queue.bind-ok');
    client.write(renamed('basic.consume', { queue }));
    const { consumerTag } = await client.expectMethod(1, 'basic.consume-ok');

    client.write(recorded('direct.put'));
    const sinkLease = await client.expectMethod(1, 'direct.put-ok');
    const sink = await session.direct();
    sink.write(DIRECT_HEADER);
    expect(await sink.nextReply()).toBe('200 OK DP/0.1');
    sink.write(shortstr(sinkLease.lease));
    expect(await sink.nextReply()).toBe("200 OK Sink 'amq.direct' ready");

    for (const content of RECORDED_CONTENTS) {
      sink.write(Buffer.from(content, 'hex'));
      expect((await feed.nextContentOctets()).toString('hex')).toBe(content);
    }

    client.write(renamed('basic.cancel', { consumerTag }));
    await client.expectMethod(1, 'basic.cancel-ok');
    sink.endWriting();
    await sink.expectEnd();
    feed.endWriting();
    client.write(recorded('channel.close'));
    await client.expectMethod(1, 'channel.close-ok');
    client.write(recorded('connection.close'));
    await client.expectMethod(0, 'connection.close-ok');
    await client.expectEnd();
    await feed.expectEnd();
  });

  it('is handed on contents with nearly all properties as they are', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.topic', 'test.*');
    const sink = await application.sink('amq.topic');
    sink.write(Buffer.from(RECORDED_FULL_CONTENT, 'hex'));
    expect((await feed.direct.nextContentOctets()).toString('hex')).toBe(RECORDED_FULL_CONTENT);
  });

  it('gets a heartbeat behind a content too short for it to read', async () => {
    const client = await session.raw();
    await logIn(client);
    const declare = { name: 'queue.declare', queue: 'q', exclusive: true } as const;
    client.write(encodeMethodFrame(1, declare));
    await client.expectMethod(1, 'queue.declare-ok');
    client.write(renamed('direct.get', { feed: 'q' }));
    const feed = await session.direct();
    await feed.open((await client.expectMethod(1, 'direct.get-ok')).lease);
    client.write(renamed('basic.consume', { queue: 'q' }));
    await client.expectMethod(1, 'basic.consume-ok');
    const contents = ['', 'ab', 'abc'].map((text) =>
      encodeContent({ routingKey: 'q', body: Buffer.from(text) }),
    );
    const [empty, short, longEnough] = contents;
    client.send(1, { name: 'direct.put', sink: '' });
    const sink = await session.direct();
    await sink.open((await client.expectMethod(1, 'direct.put-ok')).lease);
    sink.write(Buffer.concat(contents));
    const expected = Buffer.concat([empty, HEARTBEAT, short, HEARTBEAT, longEnough, longEnough]);
    sink.write(longEnough);
    expect(await feed.nextOctets(expected.length)).toEqual(expected);
  });

  it('is the only one to get such heartbeats', async () => {
    const application = await session.application();
    await application.declareQueue({ queue: 'q' });
    const feed = await application.feed('q');
    await application.consume('q');
    const sink = await application.sink('');
    const short = encodeContent({ routingKey: 'q' });
    sink.write(Buffer.concat([short, short]));
    expect(await feed.nextOctets(2 * short.length)).toEqual(Buffer.concat([short, short]));
  });
});

describe('the property `direct` of connection.start', () => {
  for (const direct of [false, true]) {
    describe(`with the option ${direct ? 'on' : 'off'}`, () => {
      const session = useDirectBroker({ shards: 0, writers: 0, direct });

      it(`is ${direct ? 1 : 0}, in a table of types that the client of 2009 knows`, async () => {
        const client = await session.raw();
        client.write(PROTOCOL_HEADER);
        const { payload } = await client.nextFrame();
        const tableAt = 4 + 2;
        const end = tableAt + 4 + payload.readUInt32BE(tableAt);
        const fields = new Map<string, { type: string; value: Buffer }>();
        for (let at = tableAt + 4; at < end; ) {
          const typeAt = at + 1 + payload.readUInt8(at);
          const name = payload.toString('utf8', at + 1, typeAt);
          const type = String.fromCharCode(payload.readUInt8(typeAt));
          const sizeOf = KNOWN_TYPES[type];
          if (sizeOf === undefined) throw new Error(`${name} has type ${type}`);
          at = typeAt + 1 + sizeOf(payload, typeAt + 1);
          fields.set(name, { type, value: payload.subarray(typeAt + 1, at) });
        }
        expect(fields.get('direct')).toEqual({
          type: 'I',
          value: Buffer.from([0, 0, 0, direct ? 1 : 0]),
        });
      });
    });
  }
});
