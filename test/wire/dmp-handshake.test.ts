import { describe, expect, it } from 'vitest';
import {
  DMP_GREETING,
  DMP_PROTOCOL_HEADER,
  feedReadyReply,
  isReplyOk,
  LEASE_ALREADY_ACQUIRED,
  LEASE_NOT_VALID,
  ShortstrAssembler,
  sinkReadyReply,
} from '../../src/wire/dmp-handshake.ts';
import { encodeShortstr } from '../../src/wire/octets.ts';

describe('the DMP handshake', () => {
  it("has the octets of OpenAMQ's session", () => {
    expect(DMP_PROTOCOL_HEADER.toString('hex')).toBe('414d51500a010001');
    expect(encodeShortstr(DMP_GREETING).toString('hex')).toBe('0d323030204f4b2044502f302e31');
    expect(encodeShortstr(feedReadyReply('auto.0')).toString('hex')).toBe(
      '1a323030204f4b204665656420276175746f2e3027207265616479',
    );
    expect(encodeShortstr(sinkReadyReply('amq.direct')).toString('hex')).toBe(
      '1e323030204f4b2053696e6b2027616d712e64697265637427207265616479',
    );
  });

  it('tells a client by the first three digits whether to go on', () => {
    for (const reply of [DMP_GREETING, sinkReadyReply('x'), feedReadyReply('x')]) {
      expect(isReplyOk(reply)).toBe(true);
    }
    for (const reply of [LEASE_NOT_VALID, LEASE_ALREADY_ACQUIRED, '', '20']) {
      expect(isReplyOk(reply)).toBe(false);
    }
  });

  it('cuts a name that would make the reply too long', () => {
    const reply = sinkReadyReply('ü'.repeat(127));
    expect(encodeShortstr(reply).length).toBeLessThanOrEqual(256);
    expect(reply).toMatch(/^200 OK Sink 'ü{117}' ready$/);
  });
});

describe('putting a short string together', () => {
  const texts = ['S-1', '', 'x'.repeat(255)];

  it('takes its octets and none of those behind it, wherever it is cut', () => {
    for (const text of texts) {
      const b = Buffer.concat([Buffer.from('#'), encodeShortstr(text), Buffer.from('behind')]);
      const stringEnd = 2 + text.length;
      for (let cut = 1; cut <= b.length; cut++) {
        const assembler = new ShortstrAssembler();
        const taken = assembler.take(b, 1, cut);
        expect(taken).toBe(Math.min(cut, stringEnd));
        expect(assembler.complete).toBe(cut >= stringEnd);
        expect(assembler.take(b, taken, b.length)).toBe(stringEnd);
        expect(assembler.complete).toBe(true);
        expect(assembler.text()).toBe(text);
      }
    }
  });

  it('works octet by octet, several times', () => {
    const assembler = new ShortstrAssembler();
    const stream = Buffer.concat(texts.map((text) => encodeShortstr(text)));
    const found: string[] = [];
    for (let at = 0; at < stream.length; at++) {
      expect(assembler.take(stream, at, at + 1)).toBe(at + 1);
      if (!assembler.complete) continue;
      found.push(assembler.text());
      assembler.reset();
    }
    expect(found).toEqual(texts);
  });

  it('is not complete before the first octet', () => {
    const assembler = new ShortstrAssembler();
    expect(assembler.complete).toBe(false);
    expect(assembler.take(Buffer.alloc(0), 0, 0)).toBe(0);
    expect(assembler.complete).toBe(false);
  });

  it('takes nothing more once it is complete', () => {
    const assembler = new ShortstrAssembler();
    const b = encodeShortstr('lease');
    assembler.take(b, 0, b.length);
    expect(assembler.take(b, 0, b.length)).toBe(0);
    expect(assembler.text()).toBe('lease');
  });
});
