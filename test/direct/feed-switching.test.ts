import { describe, it } from 'vitest';
import type { DirectApplication } from '../support/direct-application.ts';
import type { DirectClient } from '../support/direct-client.ts';
import { expectSequence, numbered, SETUPS, useDirectBroker } from '../support/direct-session.ts';

/** Contents in one burst of a publisher that runs beside the test. */
const BURST = 50;

/** A publisher that goes on, turn by turn of the event loop, until it is stopped. */
class RunningPublisher {
  private readonly publish: (texts: readonly string[]) => void;
  private count = 0;
  private running = true;

  constructor(publish: (texts: readonly string[]) => void) {
    this.publish = publish;
    this.burst();
  }

  /** Stops, and tells what was published in all. */
  stop(): string[] {
    this.running = false;
    return numbered('body', this.count);
  }

  /** Resolves when that many more contents have been published. */
  async after(count: number): Promise<void> {
    const goal = this.count + count;
    while (this.count < goal) await new Promise(setImmediate);
  }

  private burst(): void {
    if (!this.running) return;
    this.publish(numbered('body', BURST, this.count));
    this.count += BURST;
    setImmediate(() => this.burst());
  }
}

describe.each(SETUPS)('a feed that is switched beside a publisher, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  /** An application whose queue gets what `publisher` publishes to amq.fanout. */
  async function start(kind: 'sink' | 'AMQP channel') {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.fanout', '');
    const other = await session.application();
    const sink = await other.sink('amq.fanout');
    const publisher = new RunningPublisher((texts) => {
      if (kind === 'sink') sink.publishTexts('', texts);
      else for (const text of texts) other.publish('amq.fanout', '', text);
    });
    return { application, queue, publisher };
  }

  /** All that was published has come, once and in order. */
  async function expectAll(feed: DirectClient, publisher: RunningPublisher) {
    const published = publisher.stop();
    expectSequence(await feed.nextTexts(published.length), published);
  }

  /** Has the queue consumed and not consumed in turns; ends while it is consumed. */
  async function toggleConsumer(
    application: DirectApplication,
    queue: string,
    publisher: RunningPublisher,
  ) {
    for (let round = 0; round < 20; round++) {
      const tag = await application.consume(queue);
      await publisher.after(BURST * (round % 4));
      await application.cancel(tag);
      await publisher.after(BURST * (round % 3));
    }
    await application.consume(queue);
  }

  for (const kind of ['sink', 'AMQP channel'] as const) {
    it(`loses, doubles and reorders nothing from a ${kind} when it becomes active`, async () => {
      for (let round = 0; round < 10; round++) {
        const { application, queue, publisher } = await start(kind);
        await publisher.after(BURST * round);
        const feed = await application.feed(queue);
        await application.consume(queue);
        await publisher.after(BURST * 10);
        await expectAll(feed, publisher);
      }
    });

    it(`loses, doubles and reorders nothing from a ${kind} when its consumer comes and goes`, async () => {
      const { application, queue, publisher } = await start(kind);
      const feed = await application.feed(queue);
      await toggleConsumer(application, queue, publisher);
      await publisher.after(BURST * 10);
      await expectAll(feed, publisher);
    });

    it(`loses, doubles and reorders nothing from a ${kind} when flow goes off and on`, async () => {
      const { application, queue, publisher } = await start(kind);
      const feed = await application.feed(queue);
      await application.consume(queue);
      for (let round = 0; round < 20; round++) {
        await application.setFlow(false);
        await publisher.after(BURST * (round % 3));
        await application.setFlow(true);
        await publisher.after(BURST * (round % 4));
      }
      await expectAll(feed, publisher);
    });
  }

  it('leaves in the queue, in order, what it did not get before it was cancelled', async () => {
    const { application, queue, publisher } = await start('sink');
    const feed = await application.feed(queue);
    const tag = await application.consume(queue);
    await publisher.after(BURST * 10);
    await application.cancel(tag);
    await publisher.after(BURST * 10);
    const published = publisher.stop();
    const last = published.at(-1) ?? '';
    const queued: string[] = [];
    while (queued.at(-1) !== last) queued.push(...(await application.takeTexts(queue, 1)));
    const direct = await feed.nextTexts(published.length - queued.length);
    expectSequence([...direct, ...queued], published);
  });

  it('gets each sink in order when many publish while it becomes active', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    const exchanges = ['amq.fanout', 'amq.topic', 'amq.direct'];
    for (const exchange of exchanges) await application.bind(queue, exchange, 'key');
    const publishers: RunningPublisher[] = [];
    for (const exchange of [...exchanges, ...exchanges]) {
      const sink = await application.sink(exchange);
      const number = publishers.length;
      publishers.push(
        new RunningPublisher((texts) =>
          sink.publishTexts(
            'key',
            texts.map((text) => `${number} ${text}`),
          ),
        ),
      );
    }
    const feed = await application.feed(queue);
    await toggleConsumer(application, queue, publishers[0]);
    const published = publishers.map((publisher) => publisher.stop());
    const all = await feed.nextTexts(published.flat().length);
    for (const [number, texts] of published.entries()) {
      const own = all.filter((text) => text.startsWith(`${number} `));
      expectSequence(
        own,
        texts.map((text) => `${number} ${text}`),
      );
    }
  });
});
