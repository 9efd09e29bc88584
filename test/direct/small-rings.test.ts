import { describe, expect, it } from 'vitest';
import { encodeContent } from '../support/direct-content.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { SEED, seededRandom } from '../support/seeded-random.ts';

const KIB = 1024;
/** All of them together are less than a feed's backlog may hold. */
const COUNT = 250;

describe.each(SETUPS)('contents that fill rings or are larger, $setup,', ({ options }) => {
  const session = useDirectBroker({ ...options, ringOctets: 64 * KIB });

  /** Contents of random sizes for the keys 'one' and 'both', alternating at random. */
  function randomContents(name: string) {
    const random = seededRandom();
    return Array.from({ length: COUNT }, (_, index) => {
      const size = Math.floor(2 ** (4 + 14 * random()));
      const routingKey = random() < 0.3 ? 'one' : 'both';
      const body = Buffer.concat([Buffer.from(`${name} ${index} `)], size);
      return encodeContent({ exchange: 'amq.direct', routingKey, body });
    });
  }

  it(`reach feeds and a queue whole, once and in order (FUZZ_SEED=${SEED})`, async () => {
    const application = await session.application();
    const first = await application.activeFeed('amq.direct', 'one');
    await application.bind(first.queue, 'amq.direct', 'both');
    const second = await application.activeFeed('amq.direct', 'both');
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.direct', 'both');
    const sink = await application.sink('amq.direct');
    const contents = randomContents('content');
    const forBoth = contents.filter((content) => content.includes('both'));
    sink.write(Buffer.concat(contents));
    for (const content of contents) {
      expect((await first.direct.nextContentOctets()).equals(content)).toBe(true);
    }
    for (const content of forBoth) {
      expect((await second.direct.nextContentOctets()).equals(content)).toBe(true);
    }
    const bodies = await application.takeTexts(queue, forBoth.length);
    for (const [index, content] of forBoth.entries()) {
      expect(content.includes(bodies[index])).toBe(true);
    }
  });

  it(`reach a feed from several sinks at once, each in order (FUZZ_SEED=${SEED})`, async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'one');
    await application.bind(feed.queue, 'amq.direct', 'both');
    const names = ['a', 'b', 'c'];
    const sent = new Map<string, Buffer[]>();
    for (const name of names) {
      const sink = await application.sink('amq.direct');
      const contents = randomContents(name);
      sent.set(name, contents);
      sink.write(Buffer.concat(contents));
    }
    const ended = new Map(names.map((name) => [name, 0]));
    for (let count = 0; count < COUNT * names.length; count++) {
      const octets = await feed.direct.nextContentOctets();
      const owner = names.find((name) => sent.get(name)?.[ended.get(name) ?? 0]?.equals(octets));
      if (owner === undefined) throw new Error(`content ${count} is not the next of any sink`);
      ended.set(owner, (ended.get(owner) ?? 0) + 1);
    }
    expect([...ended.values()]).toEqual(names.map(() => COUNT));
  });

  it('reach a feed from AMQP and from a sink', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const sink = await application.sink('amq.fanout');
    for (const size of [60 * KIB, 64 * KIB, 65 * KIB, 1000 * KIB, 1, 300 * KIB]) {
      const body = Buffer.alloc(size, `${size} `);
      application.amqp.publish(1, 'amq.fanout', '', body);
      expect((await feed.direct.nextContent()).body.equals(body)).toBe(true);
      sink.publish({ body });
      expect((await feed.direct.nextContent()).body.equals(body)).toBe(true);
    }
  });
});
