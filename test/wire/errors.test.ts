import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { channelError, connectionError, replyText } from '../../src/wire/protocol-error.ts';
import * as replyCode from '../../src/wire/reply-code.ts';

interface Specification {
  constants: { name: string; value: number }[];
}

const specification: Specification = JSON.parse(
  readFileSync(new URL('../../spec/amqp-0-9-1.json', import.meta.url), 'utf8'),
);

describe('reply codes', () => {
  const codes = specification.constants.filter(
    ({ value, name }) => !name.startsWith('FRAME-M') && value >= 300,
  );

  it('are the ones of the specification', () => {
    const named = new Map<string, unknown>(Object.entries(replyCode));
    expect(codes).toHaveLength(18);
    for (const { name, value } of codes) {
      const ourName = name.replaceAll('-', '_');
      expect(named.get(ourName), name).toBe(value);
      expect(replyCode.replyCodeName(value)).toBe(ourName);
    }
  });

  it('that are unknown are called so', () => {
    expect(replyCode.replyCodeName(299)).toBe('UNKNOWN');
  });
});

describe('protocol errors', () => {
  it('carry code, scope and the two halves of the method number', () => {
    const error = channelError(replyCode.NOT_FOUND, "no queue 'x'", 0x0032000a);
    expect(error).toMatchObject({ code: 404, scope: 'channel', classId: 50, methodId: 10 });
    expect(error).toBeInstanceOf(Error);
  });

  it('keep class numbers above 2^15 unsigned', () => {
    expect(connectionError(replyCode.NOT_ALLOWED, 'no', 0xf03c000a)).toMatchObject({
      scope: 'connection',
      classId: 61500,
      methodId: 10,
    });
  });

  it('blame no method if none is given', () => {
    expect(connectionError(replyCode.FRAME_ERROR, 'x')).toMatchObject({ classId: 0, methodId: 0 });
  });

  it("are worded as RabbitMQ words them: the code's name, a dash, the text", () => {
    const error = channelError(replyCode.NOT_FOUND, "no queue 'x' in vhost '/'");
    expect(replyText(error)).toBe("NOT_FOUND - no queue 'x' in vhost '/'");
  });

  it('are cut to 255 octets on the wire', () => {
    const text = replyText(channelError(replyCode.NOT_FOUND, 'ü'.repeat(200)));
    expect(Buffer.byteLength(text)).toBe(254);
    expect(text).toBe(`NOT_FOUND - ${'ü'.repeat(121)}`);
  });
});
