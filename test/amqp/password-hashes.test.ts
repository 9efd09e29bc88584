import { describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/amqp-control/security/password-hash.ts';
import type { Password } from '../../src/amqp-control/security/user.ts';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { isOracle } from '../support/broker.ts';
import { plainResponse, type RawClient } from '../support/raw-client.ts';
import { useBroker } from '../support/session.ts';
import { waitFor } from '../support/wait-for.ts';

const ALL = { configure: '.*', write: '.*', read: '.*' };
const TELLS_FAILURES = { capabilities: { authentication_failure_close: true } };
/** Password test12: the example of RabbitMQ's documentation. */
const RABBIT_HASH: Password = {
  algorithm: 'rabbit_password_hashing_sha256',
  hash: 'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
};

describe.skipIf(isOracle)('logins with hashed passwords', () => {
  const session = useBroker();

  function putUser(password: Password) {
    session.administer(({ accounts }) => {
      accounts.putUser({ name: 'tom', password });
      accounts.setPermissions('tom', '/', ALL);
    });
  }

  it('succeed with the right password and fail with a wrong one', async () => {
    putUser(await hashPassword('secret'));
    await (await session.raw()).login({ user: 'tom', password: 'secret' });
    await (await session.raw()).login({ user: 'tom', password: 'secret' });
    const client = await session.raw();
    const refused = { user: 'tom', password: 'Secret', clientProperties: TELLS_FAILURES };
    await client.startLogin(refused);
    await client.expectConnectionClose(403);
  });

  it('lose nothing that a client sends before it has an answer', async () => {
    putUser(await hashPassword('secret'));
    const client = await session.raw();
    client.write(
      Buffer.concat([
        PROTOCOL_HEADER,
        encodeMethodFrame(0, {
          name: 'connection.start-ok',
          clientProperties: {},
          mechanism: 'PLAIN',
          response: plainResponse('tom', 'secret'),
          locale: 'en_US',
        }),
        encodeMethodFrame(0, {
          name: 'connection.tune-ok',
          channelMax: 10,
          frameMax: 8192,
          heartbeat: 0,
        }),
        encodeMethodFrame(0, { name: 'connection.open', virtualHost: '/' }),
        encodeMethodFrame(1, { name: 'channel.open' }),
      ]),
    );
    await client.expectMethod(0, 'connection.start');
    await client.expectMethod(0, 'connection.tune');
    await client.expectMethod(0, 'connection.open-ok');
    await client.expectMethod(1, 'channel.open-ok');
  });

  it("succeed with RabbitMQ's hash, which gives way to a better one", async () => {
    putUser(RABBIT_HASH);
    await (await session.raw()).login({ user: 'tom', password: 'test12' });
    const password = () => session.administer(({ accounts }) => accounts.user('tom').password);
    await waitFor('a better hash', async () => password()?.algorithm === 'directmq_scrypt');
    await (await session.raw()).login({ user: 'tom', password: 'test12' });
  });

  it('do not stop others while they are checked', async () => {
    putUser(await hashPassword('secret'));
    const waiting: RawClient[] = [];
    for (let i = 0; i < 20; i++) {
      const client = await session.raw();
      await client.startLogin({ user: `nobody-${i}`, clientProperties: TELLS_FAILURES });
      waiting.push(client);
    }
    const guest = await session.rawChannel();
    await guest.expectAlive();
    for (const client of waiting) client.destroy();
  });

  it('end nowhere when the user is deleted meanwhile', async () => {
    putUser(await hashPassword('secret'));
    const client = await session.raw();
    await client.startLogin({
      user: 'tom',
      password: 'secret',
      clientProperties: TELLS_FAILURES,
    });
    session.administer(({ accounts }) => accounts.deleteUser('tom'));
    await client.expectConnectionClose(403);
  });

  it('are no longer tried after too many failures', async () => {
    putUser(await hashPassword('secret'));
    const refusals = Array.from({ length: 16 }, async () => {
      const client = await session.raw();
      const wrong = { user: 'tom', password: 'wrong', clientProperties: TELLS_FAILURES };
      await client.startLogin(wrong);
      await client.expectConnectionClose(403);
    });
    await Promise.all(refusals);
    const client = await session.raw();
    const right = { user: 'tom', password: 'secret', clientProperties: TELLS_FAILURES };
    await client.startLogin(right);
    await client.expectConnectionClose(403);
    await (await session.raw()).login();
  });

  it('are told in an export of accounts only as hashes', async () => {
    const { logins } = session.administer((core) => core);
    await logins.hashPlainPasswords();
    const guest = session.administer(({ accounts }) => accounts.user('guest').password);
    expect(guest?.algorithm).toBe('directmq_scrypt');
    await (await session.raw()).login();
  });
});

describe.skipIf(isOracle)('a login that takes longer than the set-up timeout', () => {
  const session = useBroker({ setupTimeoutMs: 10 });

  it('is cut off', async () => {
    const hashed = await hashPassword('secret');
    session.administer(({ accounts }) => accounts.putUser({ name: 'tom', password: hashed }));
    const client = await session.raw();
    await client.startLogin({ user: 'tom', password: 'secret' }).catch(() => {});
    await client.expectEnd();
  });
});
