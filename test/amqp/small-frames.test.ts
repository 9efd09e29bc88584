import { describe, expect, it } from 'vitest';
import { encodeBodyFrames, encodeHeaderFrame } from '../../src/wire/frame.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeProperties } from '../../src/wire/properties.ts';
import { isOracle } from '../support/broker.ts';
import { useBroker } from '../support/session.ts';

const FRAME_MAX = 4096;

describe('a broker whose frames are as small as they may be', () => {
  const session = useBroker({ frameMax: FRAME_MAX });

  // A message in three full frames is more than one frame; the part that waits must fit the buffer.
  it.skipIf(isOracle)('takes a message of three full frames in any two pieces', async () => {
    const client = await session.rawChannel();
    const other = await session.rawChannel();
    const queue = await client.declareQueue(1);
    const body = Buffer.alloc(FRAME_MAX - 8, 'b');
    const properties = encodeProperties({ headers: { filler: 'h'.repeat(FRAME_MAX - 40) } });
    const message = Buffer.concat([
      encodeMethodFrame(1, { name: 'basic.publish', exchange: '', routingKey: queue }),
      encodeHeaderFrame(1, body.length, properties),
      ...encodeBodyFrames(1, body, FRAME_MAX),
    ]);
    for (let at = message.length - 1; at > 0; at -= 97) {
      await client.writeFully(message.subarray(0, at));
      // Somebody else's answer shows that the first piece has been read by itself.
      await other.expectAlive();
      client.write(message.subarray(at));
      client.send(1, { name: 'basic.get', queue, noAck: true });
      await client.expectMethod(1, 'basic.get-ok');
      expect((await client.expectContent(1)).body.equals(body)).toBe(true);
    }
  });
});
