import { describe, expect, it } from 'vitest';
import {
  encodeBodyFrames,
  encodeHeaderFrame,
  FRAME_MIN_SIZE,
  HEARTBEAT_FRAME,
} from '../../src/wire/frame.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { encodeProperties } from '../../src/wire/properties.ts';
import { useBroker } from '../support/session.ts';

describe('input', () => {
  const session = useBroker();

  it('may be split at every octet', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    client.send(1, { name: 'basic.consume', queue, noAck: true });
    await client.expectMethod(1, 'basic.consume-ok');
    const properties = { contentType: 'text/plain', headers: { a: 1, b: 'two' } };
    const body = Buffer.from('the body of the message');
    const octets = Buffer.concat([
      encodeMethodFrame(1, { name: 'basic.publish', exchange: '', routingKey: queue }),
      encodeHeaderFrame(1, body.length, encodeProperties(properties)),
      ...encodeBodyFrames(1, body, FRAME_MIN_SIZE),
      HEARTBEAT_FRAME,
    ]);
    for (let at = 1; at < octets.length; at++) {
      await client.writeFully(octets.subarray(0, at));
      await client.writeFully(octets.subarray(at));
      expect(await client.expectDelivery(1)).toMatchObject({ body, properties });
    }
  });

  it('may come octet by octet', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    const octets = Buffer.concat([
      encodeMethodFrame(1, { name: 'basic.publish', exchange: '', routingKey: queue }),
      encodeHeaderFrame(1, 3, encodeProperties({})),
      ...encodeBodyFrames(1, Buffer.from('abc'), FRAME_MIN_SIZE),
      encodeMethodFrame(1, { name: 'basic.get', queue, noAck: true }),
    ]);
    for (const octet of octets) await client.writeFully(Buffer.from([octet]));
    await client.expectMethod(1, 'basic.get-ok');
    expect(await client.expectContent(1)).toMatchObject({ body: Buffer.from('abc') });
  });

  it('may hold many messages in one packet', async () => {
    const client = await session.rawChannel();
    const queue = await client.declareQueue(1);
    const message = Buffer.concat([
      encodeMethodFrame(1, { name: 'basic.publish', exchange: '', routingKey: queue }),
      encodeHeaderFrame(1, 3, encodeProperties({})),
      ...encodeBodyFrames(1, Buffer.from('abc'), FRAME_MIN_SIZE),
    ]);
    const count = 5000;
    client.write(Buffer.concat(Array.from({ length: count }, () => message)));
    client.send(1, { name: 'queue.purge', queue });
    expect(await client.expectMethod(1, 'queue.purge-ok')).toMatchObject({ messageCount: count });
  });
});
