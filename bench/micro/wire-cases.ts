import { ContentCursor, parseContent } from '../../src/wire/dmp-content.ts';
import { FRAME_HEADER_SIZE } from '../../src/wire/frame.ts';
import { FrameSplitter } from '../../src/wire/frame-splitter.ts';
import { decodeMethod, encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeProperties, skipProperties } from '../../src/wire/properties.ts';
import { encodeBlock, encodeDirect, encodePublish, fillerBody } from '../workload/encode.ts';
import type { MicroCase } from './micro-case.ts';

const EXCHANGE = 'bench.exchange.0';
const ROUTING_KEY = 'bench.0';
const CONTENT_MAX_OCTETS = 2 * 1024 * 1024;
const FRAME_MAX_OCTETS = 128 * 1024;
const METHODS = 1000;

/** DMP contents walked, AMQP frames split, methods parsed and encoded, properties validated. */
export function wireCases(): MicroCase[] {
  return [
    walkContents(16),
    walkContents(100),
    walkContents(1024),
    splitPublishes(16),
    decodeDelivers(),
    encodeDelivers(),
    skipAllProperties(),
  ];
}

function walkContents(bodyOctets: number): MicroCase {
  const body = fillerBody(bodyOctets);
  const block = encodeBlock([ROUTING_KEY], (key) => encodeDirect(EXCHANGE, key, body));
  const { octets, messageOctets } = block;
  const cursor = new ContentCursor();
  return {
    name: `wire: walk DMP contents of ${messageOctets} octets`,
    operations: octets.length / messageOctets,
    run: () => {
      let at = 0;
      while (at < octets.length) {
        at += parseContent(octets, at, octets.length, CONTENT_MAX_OCTETS, cursor);
      }
    },
  };
}

function splitPublishes(bodyOctets: number): MicroCase {
  const body = fillerBody(bodyOctets);
  const { octets, messageOctets } = encodeBlock([ROUTING_KEY], (key) =>
    encodePublish(EXCHANGE, key, body, FRAME_MAX_OCTETS),
  );
  const splitter = new FrameSplitter(FRAME_MAX_OCTETS);
  let frames = 0;
  return {
    name: `wire: split published messages of ${bodyOctets} octets into frames`,
    operations: octets.length / messageOctets,
    run: () => splitter.push(octets, () => frames++),
  };
}

const DELIVER = {
  name: 'basic.deliver',
  consumerTag: 'bench',
  deliveryTag: 1,
  redelivered: false,
  exchange: EXCHANGE,
  routingKey: ROUTING_KEY,
} as const;

function decodeDelivers(): MicroCase {
  const frame = encodeMethodFrame(1, DELIVER);
  return {
    name: 'wire: decode Basic.Deliver',
    operations: METHODS,
    run: () => {
      for (let i = 0; i < METHODS; i++) decodeMethod(frame, FRAME_HEADER_SIZE, frame.length - 1);
    },
  };
}

function encodeDelivers(): MicroCase {
  return {
    name: 'wire: encode Basic.Deliver',
    operations: METHODS,
    run: () => {
      for (let i = 0; i < METHODS; i++) encodeMethodFrame(1, DELIVER);
    },
  };
}

function skipAllProperties(): MicroCase {
  const octets = encodeProperties({
    contentType: 'application/json',
    headers: { source: 'bench', count: 1 },
    deliveryMode: 1,
    correlationId: 'correlation',
    replyTo: 'reply.queue',
    messageId: 'message',
    timestamp: 1_700_000_000,
  });
  return {
    name: 'wire: validate seven properties, one a table',
    operations: METHODS,
    run: () => {
      for (let i = 0; i < METHODS; i++) skipProperties(octets, 0, octets.length);
    },
  };
}
