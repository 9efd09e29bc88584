import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldTable } from '../../src/wire/field-table.ts';
import type { BasicProperties } from '../../src/wire/properties.ts';
import type { DirectApplication } from '../support/direct-application.ts';
import { type DirectSession, SETUPS, useDirectBroker } from '../support/direct-session.ts';

/** A message, whichever way it went. */
interface Message {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: BasicProperties;
  readonly body: Buffer;
}

/** What has been set up between a publisher and a queue. */
interface Route {
  /** Where to publish. */
  readonly exchange: string;
  /** A key by which the queue gets messages. */
  readonly routingKey: string;
  /** Headers by which the queue gets messages. */
  readonly headers?: FieldTable;
  /** A key by which, without headers, it gets none; absent if there is no such key. */
  readonly wrongKey?: string;
}

/** The ways from a publisher to a queue. */
const ROUTES: Readonly<
  Record<string, (application: DirectApplication, queue: string, label: string) => Promise<Route>>
> = {
  'a direct exchange': async (application, queue, exchange) => {
    await application.declareExchange(exchange, 'direct');
    await application.bind(queue, exchange, 'right');
    return { exchange, routingKey: 'right', wrongKey: 'wrong' };
  },
  'a fanout exchange': async (application, queue, exchange) => {
    await application.declareExchange(exchange, 'fanout');
    await application.bind(queue, exchange, '');
    return { exchange, routingKey: 'any key' };
  },
  'a topic exchange': async (application, queue, exchange) => {
    await application.declareExchange(exchange, 'topic');
    await application.bind(queue, exchange, 'a.*.#.z');
    return { exchange, routingKey: 'a.b.c.d.z', wrongKey: 'a.z' };
  },
  'a headers exchange': async (application, queue, exchange) => {
    await application.declareExchange(exchange, 'headers');
    await application.bind(queue, exchange, '', { 'x-match': 'all', colour: 'red', size: 3 });
    const headers = { colour: 'red', size: 3, weight: 1 };
    return { exchange, routingKey: 'any key', headers, wrongKey: 'any key' };
  },
  'the default exchange': async (_, queue) => ({
    exchange: '',
    routingKey: queue,
    wrongKey: `${queue}x`,
  }),
  'an exchange bound to another': async (application, queue, exchange) => {
    const [middle, last] = [`${exchange}-middle`, `${exchange}-last`];
    await application.declareExchange(exchange, 'topic');
    await application.declareExchange(middle, 'fanout');
    await application.declareExchange(last, 'direct');
    await application.bindExchange(middle, exchange, 'right.*');
    await application.bindExchange(last, middle, '');
    await application.bind(queue, last, 'right.key');
    await application.bind(queue, middle, '');
    return { exchange, routingKey: 'right.key', wrongKey: 'wrong.key' };
  },
  'an alternate exchange': async (application, queue, exchange) => {
    const alternate = `${exchange}-alternate`;
    await application.declareExchange(alternate, 'topic');
    await application.declareExchange(exchange, 'direct', {
      arguments: { 'alternate-exchange': alternate },
    });
    await application.bind(queue, alternate, 'right.#');
    return { exchange, routingKey: 'right.key', wrongKey: 'wrong.key' };
  },
};

const KINDS = ['ordinary', 'direct'] as const;
type Kind = (typeof KINDS)[number];

const COMBINATIONS = Object.keys(ROUTES).flatMap((route) =>
  KINDS.flatMap((publisher) => KINDS.map((consumer) => ({ route, publisher, consumer }))),
);

const BODY_SIZES = [0, 1, 100, 5000, 300_000];

const PROPERTIES: BasicProperties = {
  contentType: 'text/plain',
  deliveryMode: 2,
  priority: 3,
  correlationId: 'correlation',
  replyTo: 'reply',
  expiration: '60000',
  messageId: 'id',
  timestamp: 1_700_000_000,
  type: 'type',
  userId: 'guest',
  appId: 'application',
};

/** Returns how to publish. */
async function publisherOf(kind: Kind, session: DirectSession, exchange: string) {
  const application = await session.application();
  if (kind === 'ordinary') {
    return ({ routingKey, properties, body }: Message) =>
      application.amqp.publish(1, exchange, routingKey, body, { properties });
  }
  const sink = await application.sink(exchange);
  return (message: Message) => sink.publish(message);
}

/** Starts a consumer; returns how to get its next message. */
async function consumerOf(kind: Kind, application: DirectApplication, queue: string) {
  if (kind === 'direct') {
    const feed = await application.feed(queue);
    await application.consume(queue);
    return () => feed.nextContent();
  }
  await application.consume(queue);
  return () => application.amqp.expectDelivery(1);
}

describe.each(SETUPS)('messages, $setup,', ({ options }) => {
  const session = useDirectBroker(options);
  let consuming: DirectApplication;
  beforeEach(async () => {
    consuming = await session.application();
  });

  it.each(COMBINATIONS)(
    'pass $route from an $publisher publisher to an $consumer consumer',
    async ({ route, publisher, consumer }) => {
      const queue = await consuming.declareQueue();
      const connect = ROUTES[route];
      const { exchange, routingKey, headers, wrongKey } = await connect(
        consuming,
        queue,
        session.name('exchange'),
      );
      const next = await consumerOf(consumer, consuming, queue);
      const publish = await publisherOf(publisher, session, exchange);
      for (const size of BODY_SIZES) {
        const properties = headers === undefined ? PROPERTIES : { ...PROPERTIES, headers };
        const message = { exchange, routingKey, properties, body: Buffer.alloc(size, 'octets ') };
        if (wrongKey !== undefined) {
          publish({ ...message, routingKey: wrongKey, properties: { messageId: 'wrong' } });
        }
        publish(message);
        const received = await next();
        expect(received).toMatchObject({ exchange, routingKey });
        expect(received.properties).toEqual(properties);
        expect(received.body.equals(message.body)).toBe(true);
      }
    },
  );

  it('pass from a sink to a shared queue, and wait there for who gets them', async () => {
    const queue = await consuming.declareQueue({ exclusive: false });
    await consuming.bind(queue, 'amq.fanout', '');
    const sink = await (await session.application()).sink('amq.fanout');
    const body = Buffer.from('body');
    for (let i = 0; i < 3; i++) sink.publish({ properties: PROPERTIES, body });
    await consuming.takeTexts(queue, 1);
    const channel = await session.channel();
    expect(await channel.get(queue, { noAck: true })).toMatchObject({
      content: body,
      fields: { exchange: 'amq.fanout', routingKey: '', redelivered: false },
      properties: { contentType: 'text/plain', deliveryMode: 2, messageId: 'id' },
    });
    expect(await consuming.takeTexts(queue, 1)).toEqual(['body']);
    expect(await consuming.take(queue)).toBeNull();
  });

  it('pass from an AMQP message too large for a content, which no feed gets, to others', async () => {
    const feed = await consuming.activeFeed('amq.fanout', '');
    const publishing = await session.application();
    publishing.amqp.publish(1, 'amq.fanout', '', Buffer.alloc(2 ** 24), { frameMax: 131_072 });
    publishing.publish('amq.fanout', '', 'small');
    expect(await feed.direct.nextTexts(1)).toEqual(['small']);
    await publishing.amqp.expectAlive();
  });
});
