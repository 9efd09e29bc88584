import { connect, credentials } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { encodeTable } from '../../src/wire/field-table.ts';
import { isOracle } from '../support/broker.ts';
import { plainResponse } from '../support/raw-client.ts';
import { useBroker } from '../support/session.ts';

/** AMQPLAIN's response is a field table without its size. */
function amqplainResponse(table: Record<string, string>): Buffer {
  return encodeTable(table).subarray(4);
}

const TELLS_FAILURES = { capabilities: { authentication_failure_close: true } };

describe('SASL', () => {
  const session = useBroker();

  it('logs in with PLAIN', async () => {
    const client = await session.raw();
    await client.login({ mechanism: 'PLAIN', response: plainResponse('guest', 'guest') });
    await client.expectAlive();
  });

  it('logs in with AMQPLAIN', async () => {
    const client = await session.raw();
    const response = amqplainResponse({ LOGIN: 'guest', PASSWORD: 'guest' });
    await client.login({ mechanism: 'AMQPLAIN', response });
    await client.expectAlive();
  });

  it('logs amqplib in with either', async () => {
    for (const kind of ['plain', 'amqplain'] as const) {
      const connection = await session.connect(
        {},
        { credentials: credentials[kind]('guest', 'guest') },
      );
      await session.channel(connection);
    }
  });

  it.each([
    ['a wrong password', 'PLAIN', plainResponse('guest', 'wrong')],
    ['an unknown user', 'PLAIN', plainResponse('nobody', 'guest')],
    ['an empty password', 'PLAIN', plainResponse('guest', '')],
    ['a wrong AMQPLAIN password', 'AMQPLAIN', amqplainResponse({ LOGIN: 'guest', PASSWORD: 'x' })],
  ])('refuses %s with 403 where the client can take it', async (_, mechanism, response) => {
    const client = await session.raw();
    await client.startLogin({ mechanism, response, clientProperties: TELLS_FAILURES });
    const close = await client.expectConnectionClose(403);
    expect(close.replyText).toContain(
      `ACCESS_REFUSED - Login was refused using authentication mechanism ${mechanism}`,
    );
  });

  it('ends the connection without a word where the client cannot take it', async () => {
    const client = await session.raw();
    await client.startLogin({ password: 'wrong' });
    await client.expectEnd();
  });

  it('tells amqplib that the login was refused', async () => {
    const url = session.url.replace('guest:guest', 'guest:wrong');
    await expect(connect(url)).rejects.toThrow('ACCESS-REFUSED');
  });

  it.each([
    ['an unknown mechanism', 'X-NONE', plainResponse('guest', 'guest')],
    ['ANONYMOUS, which nobody allowed', 'ANONYMOUS', Buffer.alloc(0)],
  ])('lets nobody in with %s', async (_, mechanism, response) => {
    const client = await session.raw();
    await client.startLogin({ mechanism, response, clientProperties: TELLS_FAILURES });
    await client.expectRefusal(403, 502, 503, 504, 530);
  });

  it.each([
    ['PLAIN', Buffer.from('no separators')],
    ['PLAIN', Buffer.from('\0onlyone')],
    ['PLAIN', Buffer.alloc(0)],
    ['AMQPLAIN', Buffer.from('garbage')],
    ['AMQPLAIN', amqplainResponse({ LOGIN: 'guest' })],
  ])('lets nobody in with a malformed %s response', async (mechanism, response) => {
    const client = await session.raw();
    await client.startLogin({ mechanism, response });
    await client.expectRefusal(403, 501, 502, 530);
  });
});

describe.skipIf(isOracle)('SASL ANONYMOUS (option not settable on an oracle)', () => {
  const session = useBroker({ anonymous: 'guest' });

  it('is offered and logs in when it is allowed', async () => {
    const client = await session.raw();
    const start = await client.startLogin({ mechanism: 'ANONYMOUS', response: Buffer.alloc(0) });
    expect(start.mechanisms.toString().split(' ')).toContain('ANONYMOUS');
    await client.expectMethod(0, 'connection.tune');
  });
});
