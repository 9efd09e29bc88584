import { describe, expect, it } from 'vitest';
import { send } from '../support/inbox.ts';
import { useBroker } from '../support/session.ts';

describe('the user-id property', () => {
  const session = useBroker();

  it('may be the name of the publishing user', async () => {
    const channel = await session.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    send(channel, '', queue, 'x', { userId: 'guest' });
    expect(await channel.get(queue)).toMatchObject({ properties: { userId: 'guest' } });
  });

  it('closes the channel with 406 when it is somebody else', async () => {
    const channel = await session.channel();
    send(channel, '', 'anywhere', 'x', { userId: 'somebody' });
    expect(await session.failureOf(channel)).toMatchObject({
      code: 406,
      message: expect.stringContaining(
        "user_id property set to 'somebody' but authenticated user was 'guest'",
      ),
    });
  });
});
