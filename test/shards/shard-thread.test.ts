import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { content, contents, MANDATORY, texts } from './contents.ts';
import { VHOST } from './shard-rig.ts';
import { ThreadRig } from './thread-rig.ts';
import { queueAtFeed, queueAtMain } from './topology.ts';

const BIG_RING = { ringOctets: 1024 * 1024 };
const running: ThreadRig[] = [];

async function start(...args: Parameters<typeof ThreadRig.start>): Promise<ThreadRig> {
  const rig = await ThreadRig.start(...args);
  running.push(rig);
  return rig;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((rig) => rig.stop()));
});

describe('a shard in a thread of its own', () => {
  it('routes what a connection sends, and what was read before it came', async () => {
    const rig = await start([queueAtFeed(1, 7), queueAtMain(2)]);
    const sent = contents(2000);
    const octets = Buffer.concat(sent);
    // Inside a content.
    const client = await rig.connect(1, octets.subarray(0, 1003));
    client.write(octets.subarray(1003));
    expect(texts(await rig.feedContents(7, sent.length))).toEqual(texts(sent));
    await waitFor('main to get all', () => rig.toMain.length === sent.length);
    expect(texts(rig.toMain)).toEqual(texts(sent));
  });

  it('reads many connections, each in its order', async () => {
    const rig = await start([queueAtFeed(1, 7)]);
    const sinks = Array.from({ length: 8 }, (_, i) => contents(500, {}, `s${i}-`));
    const clients = await Promise.all(
      sinks.map((sent, i) => rig.connect(i, Buffer.concat(sent.slice(0, 10)))),
    );
    clients.forEach((client, i) => {
      for (const one of sinks[i].slice(10)) client.write(one);
    });
    const arrived = texts(await rig.feedContents(7, 8 * 500));
    sinks.forEach((sent, i) => {
      expect(arrived.filter((text) => text.includes(`s${i}-`))).toEqual(texts(sent));
    });
  });

  it('routes by a change once it has said so', async () => {
    const rig = await start([queueAtMain(1)]);
    const client = await rig.connect(1, content({ body: 'before' }));
    await waitFor('the first content', () => rig.toMain.length === 1);
    const feed = queueAtFeed(1, 7);
    rig.shard.sendChanges(VHOST, [{ kind: 'switchQueue', queue: feed, number: 55 }], 3);
    await waitFor('the answer', () => rig.synced.includes(3));
    client.write(content({ body: 'between' }));
    expect(texts(await rig.feedContents(7, 1))).toEqual(texts([content({ body: 'between' })]));
    expect(rig.barriers).toEqual([55]);
    expect(rig.switches).toEqual([55]);
    rig.shard.sendChanges(VHOST, [{ kind: 'switchQueue', queue: queueAtMain(1), number: 56 }], 4);
    await waitFor('the answer', () => rig.synced.includes(4));
    client.write(content({ body: 'after' }));
    await waitFor('the last content', () => rig.toMain.length === 2);
    await rig.feedContents(7, 1);
    expect(rig.fences).toEqual([56]);
    expect(texts(rig.toMain)).toEqual(
      texts([content({ body: 'before' }), content({ body: 'after' })]),
    );
  });

  it('knows arguments of bindings as they were sent', async () => {
    const rig = await start([queueAtFeed(1, 7)]);
    const args = { a: Buffer.from([0xff, 0x00]), b: { c: [Buffer.from([0xfe])] } };
    const headers = { a: Buffer.from([0xff, 0x00]), b: { c: [Buffer.from([0xfe])] } };
    const exchange = { name: 'h', type: 'headers' as const, alternate: null };
    const bound = { source: 'h', queueNumber: 1, exchange: null, routingKey: '', arguments: args };
    rig.shard.sendChanges(
      VHOST,
      [
        { kind: 'exchangeDeclared', exchange },
        { kind: 'bound', binding: bound },
      ],
      1,
    );
    const sent = content({ exchange: 'h', headers });
    await rig.connect(1, sent, 'h');
    expect(texts(await rig.feedContents(7, 1))).toEqual(texts([sent]));
  });

  it('closes a connection that breaks the protocol, and no other', async () => {
    const rig = await start([queueAtFeed(1, 7)]);
    const good = await rig.connect(1, content({ body: 'good' }));
    const bad = await rig.connect(2, content({ exchange: 'other' }));
    await once(bad, 'close');
    await waitFor('the report', () => rig.closed.has(2));
    expect(rig.closed.get(2)).toEqual({
      reason: 'content for an exchange other than the leased one',
      taken: true,
    });
    good.write(content({ body: 'still' }));
    await rig.feedContents(7, 2);
    expect(rig.closed.has(1)).toBe(false);
  });

  it('closes a connection for an exchange that is gone', async () => {
    const rig = await start([]);
    const client = await rig.connect(1, content(), 'nowhere');
    await once(client, 'close');
    await waitFor('the report', () => rig.closed.has(1));
    expect(rig.closed.get(1)?.reason).toBe("no exchange 'nowhere'");
  });

  it('routes all that a client sent before it closed', async () => {
    const rig = await start([queueAtFeed(1, 7)]);
    const sent = contents(3000);
    const client = await rig.connect(1, sent[0]);
    client.end(Buffer.concat(sent.slice(1)));
    expect(texts(await rig.feedContents(7, sent.length))).toEqual(texts(sent));
    await waitFor('the report', () => rig.closed.has(1));
    expect(rig.closed.get(1)).toEqual({ reason: null, taken: true });
  });

  it('routes all that has come before it is told to close a connection', async () => {
    // The ring is full long before: the shard must go on when there is space.
    const rig = await start([queueAtFeed(1, 7)]);
    const sent = contents(5000);
    const client = await rig.connect(1, sent[0]);
    await new Promise((resolve) => client.write(Buffer.concat(sent.slice(1)), resolve));
    rig.shard.closeSink(1);
    expect(texts(await rig.feedContents(7, sent.length))).toEqual(texts(sent));
    await waitFor('the report', () => rig.closed.has(1));
    expect(rig.closed.get(1)).toEqual({ reason: null, taken: true });
  });

  it('holds clients back while a ring is full', async () => {
    const rig = await start([queueAtFeed(1, 7)]);
    const body = Buffer.alloc(1000, 'x');
    const sent = Array.from({ length: 20_000 }, (_, i) => content({ body: `${i}${body}` }));
    const client = await rig.connect(1, sent[0]);
    const written = once(client, 'finish');
    client.end(Buffer.concat(sent.slice(1)));
    const arrived = await rig.feedContents(7, sent.length);
    await written;
    expect(arrived).toHaveLength(sent.length);
    expect(arrived.every((one, i) => one.equals(sent[i]))).toBe(true);
  });

  it('delivers contents that are larger than the rings', async () => {
    const rig = await start([queueAtFeed(1, 7), queueAtMain(2)]);
    const sizes = [1, 300_000, 5, 2_000_000, 70_000];
    const sent = sizes.map((octets, i) => content({ body: Buffer.alloc(octets, `${i}`) }));
    await rig.connect(1, Buffer.concat(sent));
    const arrived = await rig.feedContents(7, sent.length);
    await waitFor('main to get all', () => rig.toMain.length === sent.length);
    expect(arrived.every((one, i) => one.equals(sent[i]))).toBe(true);
    expect(rig.toMain.every((one, i) => one.equals(sent[i]))).toBe(true);
  });

  it('returns what cannot be routed', async () => {
    const rig = await start([]);
    await rig.connect(1, content({ key: 'nobody', options: MANDATORY }));
    await waitFor('the return', () => rig.returned.length === 1);
    expect(texts(rig.returned)).toEqual(texts([content({ key: 'nobody' })]));
  });

  it('goes on when a writer has gone', async () => {
    const rig = await start([queueAtFeed(1, 7), queueAtMain(2)]);
    const sent = contents(20_000);
    const client = await rig.connect(1, sent[0]);
    client.write(Buffer.concat(sent.slice(1)));
    rig.shard.detachRing(0);
    await waitFor('main to get all', () => rig.toMain.length === sent.length);
    expect(texts(rig.toMain)).toEqual(texts(sent));
  });

  it('ends when it is told to, with all connections closed', async () => {
    const rig = await start([queueAtFeed(1, 7)], BIG_RING);
    const clients = await Promise.all([1, 2, 3].map((sink) => rig.connect(sink, content())));
    const closed = Promise.all(clients.map((client) => once(client, 'close')));
    rig.shard.stop();
    await closed;
    await waitFor('the end', () => rig.exit !== null);
    expect(rig.exit).toEqual({ error: null });
    expect([...rig.closed.keys()].sort()).toEqual([1, 2, 3]);
    expect(rig.isReady).toBe(true);
  });

  it.runIf(process.platform === 'linux')('leaves no descriptor open', async () => {
    const rig = await start([queueAtFeed(1, 7)], BIG_RING);
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const cycles = 200;
    let before = 0;
    for (let sink = 0; sink < cycles; sink++) {
      if (sink === 10) before = descriptors();
      const client = await rig.connect(sink, content({ body: `${sink}` }));
      client.end();
      await waitFor('the report', () => rig.closed.has(sink));
      await waitFor('the client to close', () => client.closed);
    }
    expect(await rig.feedContents(7, cycles)).toHaveLength(cycles);
    expect(descriptors() - before).toBeLessThan(10);
  });

  it('is reported with its connections when it dies', async () => {
    const rig = await start([queueAtFeed(1, 7)]);
    const client = await rig.connect(1, content());
    await rig.feedContents(7, 1);
    const closed = once(client, 'close');
    // There is no such virtual host: an error in main that the shard doesn't survive.
    rig.shard.sendChanges('elsewhere', [], 1);
    await closed;
    await waitFor('the end', () => rig.exit !== null);
    expect(rig.exit?.error?.message).toContain('elsewhere');
    expect(rig.closed.get(1)).toEqual({
      reason: 'the thread that read it has ended',
      taken: true,
    });
  });
});
