import { describe, it } from 'vitest';
import { useBroker } from '../support/session.ts';

describe('connection.update-secret', () => {
  const session = useBroker();

  it('is answered', async () => {
    const client = await session.raw();
    await client.login();
    client.send(0, {
      name: 'connection.update-secret',
      newSecret: Buffer.from('guest'),
      reason: 'renewed',
    });
    await client.expectMethod(0, 'connection.update-secret-ok');
    await client.expectAlive();
  });

  it('is answered to amqplib', async () => {
    const connection = await session.connect();
    await connection.updateSecret(Buffer.from('guest'), 'renewed');
  });
});
