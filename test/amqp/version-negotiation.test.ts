import { describe, expect, it } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/wire/frame.ts';
import { useBroker } from '../support/session.ts';

describe('version negotiation', () => {
  const session = useBroker();

  it('starts with version 0-9 of the dialogue when the header is right', async () => {
    const client = await session.raw();
    client.write(PROTOCOL_HEADER);
    expect(await client.expectMethod(0, 'connection.start')).toMatchObject({
      versionMajor: 0,
      versionMinor: 9,
    });
  });

  it('takes the header octet by octet', async () => {
    const client = await session.raw();
    for (const octet of PROTOCOL_HEADER) await client.writeFully(Buffer.from([octet]));
    await client.expectMethod(0, 'connection.start');
  });

  it.each([
    ['another revision', Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 9])],
    ['a far version', Buffer.from([0x41, 0x4d, 0x51, 0x50, 9, 9, 9, 9])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['TLS', Buffer.from('160301020001000', 'latin1')],
    ['zeros', Buffer.alloc(8)],
  ])('answers %s with the right header and ends the connection', async (_, octets) => {
    const client = await session.raw();
    client.write(octets);
    expect(await client.nextOctets(PROTOCOL_HEADER.length)).toEqual(PROTOCOL_HEADER);
    await client.expectEnd();
  });
});
