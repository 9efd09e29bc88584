import { describe, expect, it } from 'vitest';
import { CONTENT_OCTETS, content, contents, readStream } from './contents.ts';
import { Rig, type RingEnd } from './rig.ts';

const SERIALS = [0, 1, 2, 3, 4];
const SMALL = contents(0, 5);
/** Small, so that a record which is too long to be gathered has few octets. */
const BATCH_OCTETS = 2048;
const LONG = SERIALS.map((serial) => content(serial, 420 + serial));
const LARGE = content(0, 1000);

interface Path {
  readonly name: string;
  readonly sent: readonly Buffer[];
  readonly send: (ring: RingEnd) => void;
}

const PATHS: readonly Path[] = [
  { name: 'gathered records', sent: SMALL, send: (ring) => sendSingly(ring) },
  { name: 'a record written from the ring', sent: LONG, send: (ring) => ring.send(1, LONG) },
  { name: 'a large content', sent: [LARGE], send: (ring) => ring.sendLarge(1, 7, LARGE) },
];

function sendSingly(ring: RingEnd): void {
  for (const one of SMALL) ring.send(1, [one]);
}

function octetsOf(sent: readonly Buffer[]): number {
  return sent.reduce((sum, { length }) => sum + length, 0);
}

/** Contents that end at `octets` or before it. */
function completeIn(sent: readonly Buffer[], octets: number): number {
  let left = octets;
  return sent.filter(({ length }) => {
    left -= length;
    return left >= 0;
  }).length;
}

for (const { name, sent, send } of PATHS) {
  const total = octetsOf(sent);

  describe(`a socket that gets full in the middle of ${name}`, () => {
    it('gets the rest when it has room again, whatever the octet', () => {
      for (let room = 0; room < total; room++) {
        const rig = new Rig({ batchOctets: BATCH_OCTETS });
        const ring = rig.ring();
        const sink = rig.feed(1);
        sink.room = room;
        send(ring);
        rig.pump();
        expect(sink.stream.length).toBe(room);
        expect(rig.counters.contentsOut).toBe(completeIn(sent, room));
        sink.room = Infinity;
        rig.pass(1);
        expect(sink.stream.equals(Buffer.concat(sent)), `full at octet ${room}`).toBe(true);
        expect(rig.counters).toMatchObject({ contentsOut: sent.length, octetsOut: total });
      }
    });

    it('has everything accounted for when it fails there', () => {
      for (let room = 0; room < total; room++) {
        const rig = new Rig({ batchOctets: BATCH_OCTETS });
        const ring = rig.ring();
        const sink = rig.feed(1);
        sink.room = room;
        send(ring);
        rig.pump();
        sink.breakPipe();
        rig.pass(1);
        const out = completeIn(sent, room);
        expect(rig.heard.gone).toEqual([
          {
            reason: 'EPIPE',
            report: {
              slot: 1,
              contentsOut: out,
              octetsOut: room,
              contentsDropped: sent.length - out,
              octetsDropped: total - room,
              backlogContents: 0,
              backlogOctets: 0,
            },
          },
        ]);
      }
    });
  });
}

describe('a socket that takes one octet at a time', () => {
  it('gets all contents in order', () => {
    const rig = new Rig({ batchOctets: BATCH_OCTETS });
    const ring = rig.ring();
    const sink = rig.feed(1);
    sink.room = 0;
    sendSingly(ring);
    rig.pump();
    for (let octets = 1; octets <= 5 * CONTENT_OCTETS; octets++) {
      sink.room = 1;
      rig.pass(20);
      expect(rig.counters.contentsOut).toBe(Math.floor(octets / CONTENT_OCTETS));
    }
    expect(readStream(sink.stream)).toMatchObject({ serials: SERIALS, restOctets: 0 });
  });
});
