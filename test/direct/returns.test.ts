import { describe, expect, it } from 'vitest';
import { encodeContent, IMMEDIATE, MANDATORY } from '../support/direct-content.ts';
import { SETUPS, useDirectBroker } from '../support/direct-session.ts';
import type { RawClient } from '../support/raw-client.ts';

/** The next message that comes back on a channel. */
async function nextReturn(client: RawClient, channel = 1) {
  const method = await client.expectMethod(channel, 'basic.return');
  return { ...method, ...(await client.expectContent(channel)) };
}

/** The body of the next message that comes back on channel 1. */
async function nextReturnedText(client: RawClient): Promise<string> {
  return (await nextReturn(client)).body.toString();
}

function content(routingKey: string, text: string, options: number): Buffer {
  return encodeContent({ routingKey, body: Buffer.from(text), options });
}

describe.each(SETUPS)('a mandatory content, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  it('comes back, whole, on the channel that asked for the lease when no queue gets it', async () => {
    const application = await session.application();
    await application.amqp.openChannel(2);
    const sink = await application.sink('amq.direct', 2);
    const properties = { contentType: 'text/plain', headers: { mine: 1 } };
    const body = Buffer.alloc(500_000, 'body ');
    sink.publish({ routingKey: 'nowhere', properties, body, options: MANDATORY });
    const returned = await nextReturn(application.amqp, 2);
    expect(returned).toMatchObject({
      replyCode: 312,
      replyText: 'NO_ROUTE',
      exchange: 'amq.direct',
      routingKey: 'nowhere',
      properties,
    });
    expect(returned.body.equals(body)).toBe(true);
  });

  it('does not come back when a feed or a queue gets it', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'feed');
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.direct', 'queue');
    const sink = await application.sink('amq.direct');
    sink.write(content('feed', 'to the feed', MANDATORY));
    sink.write(content('queue', 'to the queue', MANDATORY));
    sink.write(content('nowhere', 'to nowhere', MANDATORY));
    expect(await nextReturnedText(application.amqp)).toBe('to nowhere');
    expect(await feed.direct.nextTexts(1)).toEqual(['to the feed']);
    expect(await application.takeTexts(queue, 1)).toEqual(['to the queue']);
  });

  it('is the only one of a batch that comes back', async () => {
    const application = await session.application();
    const sink = await application.sink('amq.direct');
    const batch = [0, MANDATORY, 0, 0, MANDATORY, MANDATORY, 0, MANDATORY];
    sink.write(Buffer.concat(batch.map((choice, i) => content('nowhere', `${i}`, choice))));
    for (const expected of ['1', '4', '5', '7']) {
      expect(await nextReturnedText(application.amqp)).toBe(expected);
    }
    await application.amqp.expectAlive();
  });

  it('comes back as large as contents may be and as small', async () => {
    const application = await session.application();
    const sink = await application.sink('amq.direct');
    for (const size of [0, 1, 2 * 1024 * 1024 - 100, 1]) {
      sink.publish({ routingKey: 'nowhere', options: MANDATORY, body: Buffer.alloc(size) });
      expect((await nextReturn(application.amqp)).body.length).toBe(size);
    }
  });

  it('comes back to who sent it, not to others with a sink on that exchange', async () => {
    const [first, second] = [await session.application(), await session.application()];
    const sinks = [await first.sink('amq.direct'), await second.sink('amq.direct')];
    sinks[0].write(content('nowhere', 'of the first', MANDATORY));
    sinks[1].write(content('nowhere', 'of the second', MANDATORY));
    expect(await nextReturnedText(first.amqp)).toBe('of the first');
    expect(await nextReturnedText(second.amqp)).toBe('of the second');
  });

  it('comes back, too, when its sink ends the connection right behind it', async () => {
    const application = await session.application();
    for (let round = 0; round < 20; round++) {
      const sink = await application.sink('amq.direct');
      sink.write(content('nowhere', `round ${round}`, MANDATORY));
      sink.endWriting();
      expect(await nextReturnedText(application.amqp)).toBe(`round ${round}`);
      await sink.expectEnd();
    }
  });

  it('goes to an alternate exchange before it comes back', async () => {
    const application = await session.application();
    const [main, alternate] = [session.name('main'), session.name('alternate')];
    await application.declareExchange(alternate, 'direct');
    const table = { 'alternate-exchange': alternate };
    await application.declareExchange(main, 'direct', { arguments: table });
    const feed = await application.activeFeed(alternate, 'known');
    const sink = await application.sink(main);
    sink.write(content('known', 'caught', MANDATORY));
    sink.write(content('unknown', 'returned', MANDATORY));
    expect(await nextReturnedText(application.amqp)).toBe('returned');
    expect(await feed.direct.nextTexts(1)).toEqual(['caught']);
  });

  it('does not come back from the default exchange when there is a queue of that name', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    const sink = await application.sink('');
    sink.write(content(queue, 'to the queue', MANDATORY));
    sink.write(content(`${queue}x`, 'to nowhere', MANDATORY));
    expect(await nextReturn(application.amqp)).toMatchObject({
      exchange: '',
      body: Buffer.from('to nowhere'),
    });
    expect(await application.takeTexts(queue, 1)).toEqual(['to the queue']);
  });
});

describe.each(SETUPS)('an immediate content, $setup,', ({ options }) => {
  const session = useDirectBroker(options);

  it('comes back, and stays in no queue, when nobody consumes', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    sink.write(content('key', 'body', IMMEDIATE));
    expect(await nextReturn(application.amqp)).toMatchObject({
      replyCode: 313,
      replyText: 'NO_CONSUMERS',
      exchange: 'amq.direct',
      routingKey: 'key',
      body: Buffer.from('body'),
    });
    expect(await application.messageCount(queue)).toBe(0);
  });

  it('comes back when the feed is connected and not active', async () => {
    const application = await session.application();
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.direct', 'key');
    const feed = await application.feed(queue);
    const sink = await application.sink('amq.direct');
    sink.write(content('key', 'too early', IMMEDIATE));
    expect(await nextReturnedText(application.amqp)).toBe('too early');
    await application.consume(queue);
    sink.write(content('key', 'in time', IMMEDIATE));
    expect(await feed.nextTexts(1)).toEqual(['in time']);
  });

  it('is delivered to an active feed', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    sink.write(content('key', 'immediate', IMMEDIATE));
    sink.write(content('key', 'both', IMMEDIATE | MANDATORY));
    sink.write(content('key', 'neither', 0));
    expect(await feed.direct.nextTexts(3)).toEqual(['immediate', 'both', 'neither']);
    await application.amqp.expectAlive();
  });

  it('is delivered to an ordinary consumer', async () => {
    const consuming = await session.application();
    const queue = await consuming.declareQueue();
    await consuming.bind(queue, 'amq.direct', 'key');
    await consuming.consume(queue);
    const sink = await (await session.application()).sink('amq.direct');
    sink.write(content('key', 'immediate', IMMEDIATE));
    expect(await consuming.amqp.expectDelivery(1)).toMatchObject({
      body: Buffer.from('immediate'),
    });
  });

  it('is delivered to an active feed and left out of a queue that nobody consumes', async () => {
    const application = await session.application();
    const feed = await application.activeFeed('amq.direct', 'key');
    const queue = await application.declareQueue();
    await application.bind(queue, 'amq.direct', 'key');
    const sink = await application.sink('amq.direct');
    sink.write(Buffer.concat([content('key', 'immediate', IMMEDIATE), content('key', 'not', 0)]));
    expect(await feed.direct.nextTexts(2)).toEqual(['immediate', 'not']);
    expect(await application.takeTexts(queue, 1)).toEqual(['not']);
  });

  it('comes back as unroutable when no queue is bound for it, mandatory or not', async () => {
    const application = await session.application();
    const sink = await application.sink('amq.direct');
    sink.write(content('nowhere', 'immediate', IMMEDIATE));
    sink.write(content('nowhere', 'both', IMMEDIATE | MANDATORY));
    const returned = [await nextReturn(application.amqp), await nextReturn(application.amqp)];
    expect(returned).toMatchObject([
      { replyCode: 312, body: Buffer.from('immediate') },
      { replyCode: 312, body: Buffer.from('both') },
    ]);
  });
});
