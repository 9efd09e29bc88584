import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { opening } from '../support/direct-client.ts';
import { encodeContent } from '../support/direct-content.ts';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { SEED, seededRandom } from '../support/seeded-random.ts';
import { waitFor } from '../support/wait-for.ts';

/** Where the system lists the descriptors of a process; not everywhere. */
const DESCRIPTORS = '/proc/self/fd';

const CYCLES = 300;
/** Connections that are opened and closed at the same time. */
const AT_ONCE = 10;
const CONTENTS_PER_CYCLE = 20;

/** Open descriptors of this process, broker and clients together. */
function descriptors(): number {
  return readdirSync(DESCRIPTORS).length;
}

async function expectDescriptors(count: number): Promise<void> {
  await waitFor(`${count} descriptors`, () => descriptors() <= count);
}

describe.each(SETUPS)('connections that come and go, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  it.skipIf(!existsSync(DESCRIPTORS))(
    `lose nothing that they publish and leave no descriptor behind (FUZZ_SEED=${SEED})`,
    async () => {
      const random = seededRandom();
      const application = await session.application();
      const feed = await application.activeFeed('amq.direct', 'key');
      const steady = await application.activeFeed('amq.topic', '#');
      const steadySink = await application.sink('amq.topic');
      /** One connection: lease, opening and contents in one or two pieces, end. */
      const cycle = async (name: string, lease: string) => {
        const contents = numbered(name, CONTENTS_PER_CYCLE).map((text) =>
          encodeContent({ routingKey: 'key', body: Buffer.from(text) }),
        );
        const octets = Buffer.concat([opening(lease), ...contents]);
        const at = Math.floor(random() * octets.length);
        const sink = await session.direct();
        await sink.writeFully(octets.subarray(0, at));
        await sink.writeFully(octets.subarray(at));
        sink.endWriting();
        await sink.expectGreeting();
        await sink.nextReply();
        await sink.expectEnd();
      };
      let before = 0;
      for (let done = 0; done < CYCLES; done += AT_ONCE) {
        const names = Array.from({ length: AT_ONCE }, (_, index) => `cycle ${done + index}`);
        const leases: string[] = [];
        for (const _ of names) leases.push(await application.leaseSink('amq.direct'));
        const cycles = names.map((name, index) => cycle(name, leases[index]));
        steadySink.publishTexts('', numbered('steady', 100, done * 10));
        const received = await feed.direct.nextTexts(AT_ONCE * CONTENTS_PER_CYCLE);
        await Promise.all(cycles);
        for (const name of names) {
          expectSequence(
            received.filter((text) => text.startsWith(`${name}-`)),
            numbered(name, CONTENTS_PER_CYCLE),
          );
        }
        expectSequence(await steady.direct.nextTexts(100), numbered('steady', 100, done * 10));
        // The first cycles open what stays open.
        if (done === AT_ONCE) before = descriptors();
      }
      await expectDescriptors(before);
    },
  );

  it.skipIf(!existsSync(DESCRIPTORS))(
    'leave no descriptor behind when they break off wherever they are',
    async () => {
      const application = await session.application();
      const queue = await application.declareQueue();
      const steady = await application.activeFeed('amq.topic', '#');
      const steadySink = await application.sink('amq.topic');
      const content = encodeContent({ routingKey: queue, body: Buffer.from('body') });
      let before = 0;
      for (let done = 0; done < CYCLES; done++) {
        const octets = Buffer.concat([opening(await application.leaseSink('')), content, content]);
        const sink = await session.direct();
        await sink.writeFully(octets.subarray(0, (done * 7) % octets.length));
        sink.destroy();
        steadySink.publishTexts('', [`steady-${done}`]);
        expect(await steady.direct.nextTexts(1)).toEqual([`steady-${done}`]);
        if (done === AT_ONCE) before = descriptors();
      }
      await expectDescriptors(before);
    },
  );

  it.skipIf(!existsSync(DESCRIPTORS))(
    'leave no descriptor behind as feeds, whether client or broker ends them',
    async () => {
      const application = await session.application();
      const publisher = await session.application();
      const sink = await publisher.sink('amq.fanout');
      let before = 0;
      for (let done = 0; done < CYCLES / 3; done++) {
        const { queue, direct } = await application.activeFeed('amq.fanout', '');
        sink.publishTexts('', [`round ${done}`]);
        expect(await direct.nextTexts(1)).toEqual([`round ${done}`]);
        if (done % 2 === 0) direct.destroy();
        await application.deleteQueue(queue);
        if (done % 2 === 1) await direct.expectEnd();
        if (done === AT_ONCE) before = descriptors();
      }
      await expectDescriptors(before);
    },
  );

  it.skipIf(!existsSync(DESCRIPTORS))(
    'leave no descriptor behind when whole applications disappear',
    async () => {
      let before = 0;
      for (let done = 0; done < CYCLES / 5; done++) {
        const application = await session.application();
        const feed = await application.activeFeed('amq.fanout', '');
        const sink = await application.sink('amq.fanout');
        sink.publishTexts('', [`round ${done}`]);
        expect(await feed.direct.nextTexts(1)).toEqual([`round ${done}`]);
        application.amqp.destroy();
        await sink.expectEnd();
        await feed.direct.expectEnd();
        if (done === AT_ONCE) before = descriptors();
      }
      await expectDescriptors(before);
    },
  );
});
