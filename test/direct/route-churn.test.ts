import { describe, it } from 'vitest';
import type { DirectApplication } from '../support/direct-application.ts';
import type { DirectClient } from '../support/direct-client.ts';
import { encodeContent } from '../support/direct-content.ts';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';
import { consume } from '../support/inbox.ts';
import { waitFor } from '../support/wait-for.ts';

/** Binds, and as many unbinds. */
const CHANGES = 1000;
/** Sent together before the first answer. */
const CHANGES_AT_ONCE = 20;

const BLOCK = 500;
/** Published and not received, at most: far less than a feed may be behind. */
const WINDOW = 10_000;

/** Receives until the body 'last' comes. */
class Reading {
  readonly texts: string[] = [];
  readonly done: Promise<void>;

  constructor(feed: DirectClient) {
    this.done = this.read(feed);
  }

  private async read(feed: DirectClient): Promise<void> {
    for (;;) {
      const [text] = await feed.nextTexts(1);
      if (text === 'last') return;
      this.texts.push(text);
    }
  }
}

/** Publishes without pause, but for a reader that must not fall behind. */
class FullSpeedPublisher {
  private count = 0;
  private isOver = false;
  private readonly publishing: Promise<void>;

  constructor(sink: DirectClient, reader: Reading) {
    this.publishing = this.publish(sink, reader);
  }

  /** Publishes 'last' behind all; returns what came before. */
  async stop(sink: DirectClient): Promise<string[]> {
    this.isOver = true;
    await this.publishing;
    sink.publishTexts('stable', ['last']);
    return numbered('body', this.count);
  }

  private async publish(sink: DirectClient, reader: Reading): Promise<void> {
    while (!this.isOver) {
      const contents = numbered('body', BLOCK, this.count).map((text) =>
        encodeContent({ routingKey: 'stable', body: Buffer.from(text) }),
      );
      await sink.writeFully(Buffer.concat(contents));
      this.count += BLOCK;
      while (this.count - reader.texts.length > WINDOW) await new Promise(setImmediate);
    }
  }
}

/** Binds a queue by some keys, 'stable' among them, and unbinds it, all in one piece. */
async function change(application: DirectApplication, queue: string, exchange: string, at: number) {
  const { amqp } = application;
  const keys = Array.from({ length: CHANGES_AT_ONCE }, (_, i) =>
    i % 4 === 0 ? 'stable' : `key.${at + i}`,
  );
  for (const routingKey of keys) {
    amqp.send(1, { name: 'queue.bind', queue, exchange, routingKey });
    amqp.send(1, { name: 'queue.unbind', queue, exchange, routingKey });
  }
  for (const _ of keys) {
    await amqp.expectMethod(1, 'queue.bind-ok');
    await amqp.expectMethod(1, 'queue.unbind-ok');
  }
}

describe.each(SETUPS)(
  'thousands of route changes beside a sink at full speed, $setup,',
  ({ options }) => {
    const session = useDirectBroker(options);

    it.each(['direct', 'fanout', 'topic'])(
      'lose and double nothing for the bindings of a %s exchange that stay',
      async (type) => {
        const application = await session.application();
        const exchange = session.name('exchange');
        await application.declareExchange(exchange, type);
        const steady = await application.activeFeed(exchange, 'stable');
        const coming = await application.activeFeed('', '');
        const queue = await application.declareQueue({ exclusive: false });
        await application.bind(queue, exchange, 'stable');
        const inbox = await consume(await session.channel(), queue, { noAck: true });
        const sink = await (await session.application()).sink(exchange);
        const received = new Reading(steady.direct);
        const receivedNowAndThen = new Reading(coming.direct);
        const publisher = new FullSpeedPublisher(sink, received);
        for (let done = 0; done < CHANGES; done += CHANGES_AT_ONCE) {
          await change(application, coming.queue, exchange, done);
        }
        await waitFor('traffic', () => received.texts.length > 0);
        await application.bind(coming.queue, exchange, 'stable');
        const published = await publisher.stop(sink);
        await received.done;
        expectSequence(received.texts, published);
        await inbox.received(published.length + 1);
        expectSequence(inbox.texts(), [...published, 'last']);
        await receivedNowAndThen.done;
        const kept = new Set(receivedNowAndThen.texts);
        expectSequence(
          receivedNowAndThen.texts,
          published.filter((text) => kept.has(text)),
        );
      },
    );
  },
);
