import { describe, expect, it } from 'vitest';
import type { DirectApplication } from '../support/direct-application.ts';
import type { DirectClient } from '../support/direct-client.ts';
import {
  type DirectSession,
  expectSequence,
  numbered,
  SETUPS,
  useDirectBroker,
} from '../support/direct-session.ts';

const ROUNDS = 100;

/** A feed that is not bound, and a sink on an exchange of that type with a witness bound to it. */
async function start(session: DirectSession, type: string) {
  const application = await session.application();
  const exchange = session.name('exchange');
  await application.declareExchange(exchange, type);
  const publisher = new WitnessedPublisher(
    await (await session.application()).sink(exchange),
    (await application.activeFeed(exchange, 'key')).direct,
  );
  const feed = await application.activeFeed('', '');
  return { application, exchange, feed, publisher };
}

/**
 * Publishes with the key 'key', and waits until a feed that gets all of it has it: by then the broker
 * has routed it, so that no later change concerns it.
 */
class WitnessedPublisher {
  readonly sink: DirectClient;
  private readonly witness: DirectClient;

  constructor(sink: DirectClient, witness: DirectClient) {
    this.sink = sink;
    this.witness = witness;
  }

  async publish(text: string): Promise<void> {
    this.sink.publishTexts('key', [text]);
    expect(await this.witness.nextTexts(1)).toEqual([text]);
  }
}

/** In each round `connect` lets contents through to the feed, and `disconnect` none. */
async function expectObeyed(
  feed: DirectClient,
  publisher: WitnessedPublisher,
  connect: () => Promise<void>,
  disconnect: () => Promise<void>,
) {
  for (let round = 0; round < ROUNDS; round++) {
    await connect();
    await publisher.publish(`round ${round}`);
    await disconnect();
    await publisher.publish('not routed');
    expect(await feed.nextTexts(1)).toEqual([`round ${round}`]);
  }
  await connect();
  await publisher.publish('last');
  expect(await feed.nextTexts(1)).toEqual(['last']);
}

describe.each(SETUPS)('what a sink sends, $setup, is routed by', ({ options }) => {
  const session = useDirectBroker(options);

  it.each(['direct', 'fanout', 'topic', 'headers'])(
    'Bind-Ok and Unbind-Ok of a queue on a %s exchange',
    async (type) => {
      const { application, exchange, feed, publisher } = await start(session, type);
      await expectObeyed(
        feed.direct,
        publisher,
        () => application.bind(feed.queue, exchange, 'key'),
        () => application.unbind(feed.queue, exchange, 'key'),
      );
    },
  );

  it('Bind-Ok and Unbind-Ok of an exchange', async () => {
    const { application, exchange, feed, publisher } = await start(session, 'direct');
    const middle = session.name('middle');
    await application.declareExchange(middle, 'fanout');
    await application.bind(feed.queue, middle, '');
    await expectObeyed(
      feed.direct,
      publisher,
      () => application.bindExchange(middle, exchange, 'key'),
      () => application.unbindExchange(middle, exchange, 'key'),
    );
  });

  it('Declare-Ok and Delete-Ok of an exchange behind its own', async () => {
    const { application, exchange, feed, publisher } = await start(session, 'direct');
    const middle = session.name('middle');
    await expectObeyed(
      feed.direct,
      publisher,
      async () => {
        await application.declareExchange(middle, 'fanout');
        await application.bind(feed.queue, middle, '');
        await application.bindExchange(middle, exchange, 'key');
      },
      () => application.deleteExchange(middle),
    );
  });

  it('Declare-Ok of a queue that the default exchange reaches', async () => {
    const application = await session.application();
    const sink = await (await session.application()).sink('');
    for (let round = 0; round < ROUNDS; round++) {
      const queue = await application.declareQueue();
      sink.publishTexts(queue, [`round ${round}`]);
      expect(await application.takeTexts(queue, 1)).toEqual([`round ${round}`]);
      await application.deleteQueue(queue);
    }
  });

  it('Bind-Ok to queues that are not leased', async () => {
    const { application, exchange, publisher } = await start(session, 'topic');
    const queue = await application.declareQueue({ exclusive: false });
    for (let round = 0; round < ROUNDS; round++) {
      await application.bind(queue, exchange, 'k*');
      await application.bind(queue, exchange, '*');
      await publisher.publish(`round ${round}`);
      await application.unbind(queue, exchange, 'k*');
      await application.unbind(queue, exchange, '*');
      await publisher.publish('not routed');
    }
    expect(await application.takeTexts(queue, ROUNDS)).toEqual(
      Array.from({ length: ROUNDS }, (_, round) => `round ${round}`),
    );
    expect(await application.messageCount(queue)).toBe(0);
  });
});

describe.each(SETUPS)('route changes beside traffic, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  /** Publishes to `sink` while `change` runs, again and again; returns what was published. */
  async function publishBeside(sink: DirectClient, change: (round: number) => Promise<void>) {
    let count = 0;
    for (let round = 0; round < 300; round++) {
      const changed = change(round);
      sink.publishTexts('stable', numbered('body', 50, count));
      count += 50;
      await changed;
    }
    return numbered('body', count);
  }

  /** Others come and go on the exchange, with keys of their own and with the one in use. */
  async function churn(application: DirectApplication, exchange: string, round: number) {
    const other = await application.declareQueue();
    await application.bind(other, exchange, `key.${round}`);
    await application.bind(other, exchange, 'stable');
    await application.unbind(other, exchange, 'stable');
    await application.deleteQueue(other);
  }

  it.each(['direct', 'fanout', 'topic'])(
    'lose and double nothing for a binding of a %s exchange that stays',
    async (type) => {
      const { application, exchange, feed, publisher } = await start(session, type);
      await application.bind(feed.queue, exchange, 'stable');
      const queue = await application.declareQueue();
      await application.bind(queue, exchange, 'stable');
      const published = await publishBeside(publisher.sink, (round) =>
        churn(application, exchange, round),
      );
      expectSequence(await feed.direct.nextTexts(published.length), published);
      expectSequence(await application.takeTexts(queue, published.length), published);
    },
  );

  it('lose and double nothing for a queue of which one of two bindings stays', async () => {
    const { application, exchange, feed, publisher } = await start(session, 'topic');
    await application.bind(feed.queue, exchange, '#');
    const published = await publishBeside(publisher.sink, async (round) => {
      if (round % 2 === 0) await application.bind(feed.queue, exchange, 'stable');
      else await application.unbind(feed.queue, exchange, 'stable');
    });
    expectSequence(await feed.direct.nextTexts(published.length), published);
  });
});
