import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as args from '../../src/client/amqp/arguments.ts';
import { PublishFrames } from '../../src/client/amqp/publish-frames.ts';
import type { Options } from '../../src/client/index.ts';
import { BatchWriter } from '../../src/client/net/batch-writer.ts';
import { encodeMethodFrame, type MethodToSend } from '../../src/wire/methods.ts';
import { fuzzBudget } from '../wire/fuzz-budget.ts';

/** What amqplib makes of arguments, and how it writes that. */
const require = createRequire(new URL('../../node_modules/amqplib/lib/', import.meta.url));
const theirs: Record<string, (...values: unknown[]) => object> = require('./api_args.js');
const definitions: Record<string, number> & {
  encodeMethod(number: number, channel: number, fields: object): Buffer;
  encodeProperties(number: number, channel: number, size: number, fields: object): Buffer;
} = require('./defs.js');
const { makeBodyFrame }: { makeBodyFrame(channel: number, body: Buffer): Buffer } =
  require('./frame.js');

const ours = args as unknown as Record<string, (...values: unknown[]) => MethodToSend>;
const CHANNEL = 7;

const name = fc.string({ maxLength: 20 });
const flag = fc.constantFrom(undefined, true, false);
const count = fc.option(fc.nat(1e6), { nil: undefined });
// Of numbers that need all of a double, amqplib refuses some.
const fraction = fc.integer().map((numerator) => numerator / 8);
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fraction);
const table = fc.option(
  fc.dictionary(
    // Keys that look like numbers come first in one object, but not over a chain of prototypes.
    fc.string({ minLength: 1, maxLength: 10 }).map((key) => `-${key}`),
    fc.oneof(
      value.filter((each) => !Object.is(each, Number.NaN)),
      fc.array(fc.string()),
    ),
    { maxKeys: 4 },
  ),
  { nil: undefined },
);
const text = fc.option(name, { nil: undefined });

function maybe<T>(options: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(options, { nil: undefined });
}

const queueOptions = fc.record(
  {
    exclusive: flag,
    durable: flag,
    autoDelete: flag,
    arguments: table,
    messageTtl: count,
    expires: count,
    deadLetterExchange: text,
    deadLetterRoutingKey: text,
    maxLength: count,
    maxPriority: count,
    overflow: text,
    queueMode: text,
  },
  { requiredKeys: [] },
);
const exchangeOptions = fc.record(
  { durable: flag, internal: flag, autoDelete: flag, alternateExchange: text, arguments: table },
  { requiredKeys: [] },
);
const consumeOptions = fc.record(
  {
    consumerTag: text,
    noLocal: flag,
    noAck: flag,
    exclusive: flag,
    priority: count,
    arguments: table,
  },
  { requiredKeys: [] },
);

/** Each method of the API that becomes a method of AMQP, and what it may be called with. */
const CALLS: Readonly<Record<string, [string, fc.Arbitrary<unknown[]>]>> = {
  assertQueue: ['QueueDeclare', fc.tuple(text, maybe(queueOptions))],
  checkQueue: ['QueueDeclare', fc.tuple(name)],
  deleteQueue: [
    'QueueDelete',
    fc.tuple(name, maybe(fc.record({ ifUnused: flag, ifEmpty: flag }, { requiredKeys: [] }))),
  ],
  purgeQueue: ['QueuePurge', fc.tuple(name)],
  bindQueue: ['QueueBind', fc.tuple(name, name, name, table)],
  unbindQueue: ['QueueUnbind', fc.tuple(name, name, name, table)],
  assertExchange: ['ExchangeDeclare', fc.tuple(name, name, maybe(exchangeOptions))],
  checkExchange: ['ExchangeDeclare', fc.tuple(name)],
  deleteExchange: [
    'ExchangeDelete',
    fc.tuple(name, maybe(fc.record({ ifUnused: flag }, { requiredKeys: [] }))),
  ],
  bindExchange: ['ExchangeBind', fc.tuple(name, name, name, table)],
  unbindExchange: ['ExchangeUnbind', fc.tuple(name, name, name, table)],
  consume: ['BasicConsume', fc.tuple(name, maybe(consumeOptions))],
  cancel: ['BasicCancel', fc.tuple(name)],
  get: ['BasicGet', fc.tuple(name, maybe(fc.record({ noAck: flag }, { requiredKeys: [] })))],
  prefetch: ['BasicQos', fc.tuple(fc.option(fc.nat(65_535), { nil: undefined }), flag)],
  recover: ['BasicRecover', fc.tuple()],
};

/** Writes a method, or says that it was refused. */
function attempt(write: () => Buffer): string {
  try {
    return write().toString('hex');
  } catch (error) {
    return `refused: ${error instanceof Error ? error.constructor.name : error}`;
  }
}

describe('a request is written as amqplib writes it', () => {
  it.each(Object.entries(CALLS))('%s', (method, [theirName, calls]) => {
    fc.assert(
      fc.property(calls, (values) => {
        const expected = attempt(() =>
          definitions.encodeMethod(definitions[theirName], CHANNEL, theirs[method](...values)),
        );
        expect(attempt(() => encodeMethodFrame(CHANNEL, ours[method](...values)))).toBe(expected);
      }),
      fuzzBudget(),
    );
  });
});

const publishOptions: fc.Arbitrary<Options.Publish> = fc.record(
  {
    expiration: fc.oneof(text, count),
    userId: text,
    CC: fc.oneof(text, fc.array(name, { maxLength: 3 })),
    BCC: fc.oneof(text, fc.array(name, { maxLength: 3 })),
    mandatory: flag,
    persistent: flag,
    deliveryMode: fc.constantFrom(undefined, true, false, 1, 2),
    contentType: text,
    contentEncoding: text,
    headers: table,
    priority: fc.option(fc.nat(255), { nil: undefined }),
    correlationId: text,
    replyTo: text,
    messageId: text,
    timestamp: count,
    type: text,
    appId: text,
  },
  { requiredKeys: [] },
);

describe('a message is written as amqplib writes it', () => {
  it('with any options, each message whatever the one before had', () => {
    const frames = new PublishFrames();
    frames.configure(CHANNEL, 0, false);
    const message = fc.tuple(name, name, fc.uint8Array({ maxLength: 300 }), maybe(publishOptions));
    fc.assert(
      fc.property(message, ([exchange, routingKey, octets, options]) => {
        const body = Buffer.from(octets);
        const fields = theirs.publish(exchange, routingKey, options);
        const expected = Buffer.concat([
          definitions.encodeMethod(definitions.BasicPublish, CHANNEL, fields),
          definitions.encodeProperties(definitions.BasicProperties, CHANNEL, body.length, fields),
          ...(body.length > 0 ? [makeBodyFrame(CHANNEL, body)] : []),
        ]);
        const nothing = () => {};
        const output = new BatchWriter(1 << 20, Infinity, nothing, nothing);
        frames.write(output, exchange, routingKey, body, options);
        expect(Buffer.concat(output.takeUnwritten()).toString('hex')).toBe(
          expected.toString('hex'),
        );
      }),
      fuzzBudget(),
    );
  });
});
