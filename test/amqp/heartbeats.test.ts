import { describe, expect, it } from 'vitest';
import { FRAME_HEARTBEAT, HEARTBEAT_FRAME } from '../../src/wire/frame.ts';
import { frame } from '../support/frames.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

describe('heartbeats', () => {
  const session = useBroker();

  it('come from the broker at least every agreed interval', async () => {
    const client = await session.raw();
    await client.login({ heartbeat: 1 });
    expect(await client.nextFrame()).toMatchObject({
      type: FRAME_HEARTBEAT,
      channel: 0,
      payload: Buffer.alloc(0),
    });
  });

  it('keep a connection alive that does nothing else', async () => {
    const client = await session.raw();
    await client.login({ heartbeat: 1 });
    const start = performance.now();
    await waitFor('three intervals', () => {
      client.write(HEARTBEAT_FRAME);
      return performance.now() - start > 3000;
    });
    expect(client.isEnded).toBe(false);
  });

  it('being missed end the connection after about two intervals', async () => {
    const client = await session.raw();
    await client.login({ heartbeat: 1 });
    await waitFor('the end', () => client.isEnded);
  });

  it('are not expected from a client that asked for none', async () => {
    const silent = await session.raw();
    await silent.login({ heartbeat: 0 });
    const beating = await session.raw();
    await beating.login({ heartbeat: 1 });
    await waitFor('the other connection to end', () => beating.isEnded);
    await silent.expectAlive();
  });

  it('may come before anything is asked for, and any time', async () => {
    const client = await session.rawChannel();
    for (let i = 0; i < 100; i++) client.write(HEARTBEAT_FRAME);
    await client.expectAlive();
  });

  it('on a channel other than 0 end the connection', async () => {
    const client = await session.rawChannel();
    client.write(frame(FRAME_HEARTBEAT, 1, Buffer.alloc(0)));
    await client.expectConnectionClose(501, 505);
  });
});
