import { describe, expect, it } from 'vitest';
import { drainTexts } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('internal exchanges', () => {
  const session = useBroker();

  it('refuse with 403 what a client publishes to them', async () => {
    const channel = await session.channel();
    const name = session.name('internal');
    await channel.assertExchange(name, 'fanout', { internal: true });
    channel.publish(name, '', Buffer.from('x'));
    expect(await session.failureOf(channel)).toMatchObject({ code: 403 });
  });

  it('route what another exchange passes on to them', async () => {
    const channel = await session.channel();
    const [outer, inner] = [session.name('outer'), session.name('inner')];
    await channel.assertExchange(outer, 'fanout');
    await channel.assertExchange(inner, 'fanout', { internal: true });
    await channel.bindExchange(inner, outer, '');
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, inner, '');
    channel.publish(outer, '', Buffer.from('passed on'));
    expect(await drainTexts(channel, queue)).toEqual(['passed on']);
  });
});
