import { describe, expect, it } from 'vitest';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';

describe.each(SETUPS)("a content's user-id, $setup,", ({ options }) => {
  const session = useDirectBroker(options);

  it("may be the publisher's", async () => {
    const application = await session.application();
    const { direct: feed } = await application.activeFeed('amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    sink.publish({ exchange: 'amq.direct', routingKey: 'key', properties: { userId: 'guest' } });
    expect((await feed.nextContent()).properties.userId).toBe('guest');
  });

  it("closes the sink's connection, and nothing else, when it is another's", async () => {
    const application = await session.application();
    const { direct: feed } = await application.activeFeed('amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    const liar = await (await session.application()).sink('amq.direct');
    liar.publish({ exchange: 'amq.direct', routingKey: 'key', properties: { userId: 'admin' } });
    await liar.expectEnd();
    sink.publishTexts('key', ['still here']);
    expect(await feed.nextTexts(1)).toEqual(['still here']);
  });
});
