/**
 * The threads of the stress test: producers, each with its ring, and the one consumer of all rings.
 * Producer and consumer draw the same random numbers, so the consumer knows every record.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Doorbell, Parking } from '../../dist/ring/parking.js';
import { RingConsumer } from '../../dist/ring/ring-consumer.js';
import { RingProducer } from '../../dist/ring/ring-producer.js';
import { RingSource } from '../../dist/ring/ring-source.js';
import { SpscRing } from '../../dist/ring/spsc-ring.js';

const SOURCE_OCTETS = 16_384;
const CONSUMER_THREAD = 0;
const { role, rings, ports, doorbells, seed, records, consumerSleeps } = workerData;

/** mulberry32: a small seeded generator of numbers from 0 to 1. */
function randomOf(start) {
  let state = start | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The octets that records are copied from, the same in all threads. */
function sourceOf() {
  const random = randomOf(seed);
  const octets = Buffer.from(new ArrayBuffer(SOURCE_OCTETS));
  for (let i = 0; i < octets.length; i++) octets[i] = random() * 256;
  return new RingSource(octets);
}

/** Draws the next record of a producer: mostly short ones, at times the longest possible. */
function drawRecord(random, maxPayloadOctets, record) {
  const kind = random();
  const limit = kind < 0.9 ? 100 : maxPayloadOctets;
  record.length = kind > 0.99 ? maxPayloadOctets : Math.floor(random() * limit);
  record.from = Math.floor(random() * (SOURCE_OCTETS - record.length));
  record.type = 1 + Math.floor(random() * 255);
}

/** The next message on any of `ports`, for one who waits; messages nobody waits for are dropped. */
function mailboxOf(ports) {
  let wake = () => {};
  for (const port of ports) port.on('message', () => wake());
  return () => {
    return new Promise((resolve) => {
      wake = resolve;
    });
  };
}

async function produce(ringBuffer, port, producerSeed) {
  const bell = Doorbell.attach(doorbells, CONSUMER_THREAD);
  const producer = new RingProducer(SpscRing.attach(ringBuffer), bell);
  const source = sourceOf();
  const nextMessage = mailboxOf([port]);
  const random = randomOf(producerSeed);
  const moods = randomOf(producerSeed + 1);
  const record = { length: 0, from: 0, type: 0 };
  const publish = () => {
    if (producer.publish()) port.postMessage('records');
  };
  let waits = 0;
  for (let serial = 0; serial < records; serial++) {
    drawRecord(random, producer.maxPayloadOctets, record);
    const { type, from, length } = record;
    while (!producer.append(type, serial, length, source, from, from + length)) {
      publish();
      if (!producer.wantSpace()) continue;
      waits++;
      await nextMessage();
    }
    const mood = moods();
    if (mood < 0.1) publish();
    if (mood < 0.002) await nextTurn();
  }
  publish();
  parentPort.postMessage({ waits });
  port.unref();
}

function check(consumer, expected, serial, source) {
  const { type, target, count, payloadAt, payloadLength, bytes } = consumer;
  const { from, length } = expected;
  const same =
    type === expected.type &&
    target === serial &&
    count === length &&
    payloadLength === length &&
    source.octets.compare(bytes, payloadAt, payloadAt + length, from, from + length) === 0;
  if (!same) throw new Error(`record ${serial}: ${type} ${target} ${payloadLength} (seed ${seed})`);
}

async function consume() {
  const parking = Parking.attach(doorbells, CONSUMER_THREAD);
  const consumers = rings.map((buffer) => new RingConsumer(SpscRing.attach(buffer)));
  const randoms = rings.map((_, i) => randomOf(seed + 10 * (i + 1)));
  const nextMessage = mailboxOf(ports);
  const serials = rings.map(() => 0);
  const source = sourceOf();
  const expected = { length: 0, from: 0, type: 0 };
  const maxPayloadOctets = SpscRing.attach(rings[0]).capacity / 4 - 48;
  let parks = 0;
  for (let rest = records * rings.length; rest > 0; ) {
    const before = rest;
    for (let i = 0; i < consumers.length; i++) {
      const consumer = consumers[i];
      for (let batch = 0; batch < 50 && consumer.next(); batch++, rest--) {
        drawRecord(randoms[i], maxPayloadOctets, expected);
        check(consumer, expected, serials[i]++, source);
      }
      if (consumer.release()) ports[i].postMessage('space');
    }
    if (rest < before || rest === 0) continue;
    parks++;
    if (consumerSleeps) {
      parking.sleepUnlessWork(consumers, 1000);
    } else {
      if (parking.restUnlessWork(consumers)) await nextMessage();
      parking.rise();
    }
  }
  parentPort.postMessage({ parks });
  for (const port of ports) port.unref();
}

if (role === 'consumer') await consume();
else await produce(rings[0], ports[0], seed + 10 * (role + 1));
