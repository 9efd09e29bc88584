import { describe, expect, it } from 'vitest';
import { encodeContent } from '../support/direct-content.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { SEED, seededRandom } from '../support/seeded-random.ts';

/** How long random contents are sent: FUZZ_MS in the environment, 300 ms otherwise. */
const BUDGET_MS = Number(process.env.FUZZ_MS ?? 300);

describe.each(SETUPS)('random octets on a sink, $setup,', ({ options }) => {
  const session = useDirectBroker({ ...options, directMaxContent: 4096 });

  it(`never reach a feed unless they are contents, nor harm others (FUZZ_SEED=${SEED})`, async () => {
    const random = seededRandom();
    const below = (limit: number) => Math.floor(random() * limit);
    const application = await session.application();
    const feed = await application.activeFeed('amq.fanout', '');
    const bystander = await application.sink('amq.fanout');

    /** A content that may be right. */
    const randomContent = () => {
      const content = encodeContent({
        exchange: random() < 0.5 ? '' : 'amq.fanout',
        routingKey: 'k'.repeat(below(8)),
        properties: random() < 0.5 ? {} : { contentType: 'a', headers: { b: 1 }, messageId: 'c' },
        options: 0,
        body: Buffer.alloc(below(40), 'x'),
      });
      if (random() < 0.2) content[below(content.length)] ^= 1 << below(8);
      return random() < 0.05 ? content.subarray(below(content.length)) : content;
    };

    const giveUpAt = performance.now() + BUDGET_MS;
    for (let round = 0; performance.now() < giveUpAt; round++) {
      const culprit = await application.sink('amq.fanout');
      const octets = Buffer.concat(Array.from({ length: below(20) }, randomContent));
      const at = below(octets.length + 1);
      await culprit.writeFully(octets.subarray(0, at));
      await culprit.writeFully(octets.subarray(at)).catch(() => undefined);
      culprit.destroy();
      const marker = `marker ${round}`;
      bystander.publishTexts('', [marker]);
      // Whatever comes before the marker is a content, or the feed could not be read.
      for (;;) {
        const content = await feed.direct.nextContent();
        expect(content).toMatchObject({ exchange: 'amq.fanout', options: 0 });
        if (content.body.toString() === marker) break;
      }
    }
    await application.amqp.expectAlive();
  });
});
