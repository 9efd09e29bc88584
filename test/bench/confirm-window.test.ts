import { describe, expect, it } from 'vitest';
import { ConfirmWindow } from '../../bench/pump/confirm-window.ts';
import { encodeMethodFrame } from '../../src/wire/methods.ts';

function ack(deliveryTag: number, multiple = false): Buffer {
  return encodeMethodFrame(1, { name: 'basic.ack', deliveryTag, multiple });
}

function nack(deliveryTag: number, multiple = false): Buffer {
  return encodeMethodFrame(1, { name: 'basic.nack', deliveryTag, multiple });
}

describe('a window of confirms', () => {
  it('counts confirms of one message and of all up to one, each message once', () => {
    const window = new ConfirmWindow(10);
    window.sent(8);
    const answers = Buffer.concat([ack(2), ack(4, true), ack(4), nack(6), ack(8, true)]);
    expect(window.push(answers, 0, answers.length)).toBe(answers.length);
    expect([window.outstanding, window.refused]).toEqual([0, 1]);
  });

  it('goes on beyond its capacity as messages are confirmed', () => {
    const window = new ConfirmWindow(3);
    for (let tag = 1; tag <= 100; tag++) {
      window.sent(1);
      const answer = ack(tag);
      window.push(answer, 0, answer.length);
    }
    expect(window.outstanding).toBe(0);
  });

  it('leaves an incomplete frame to be presented again', () => {
    const window = new ConfirmWindow(4);
    window.sent(2);
    const answers = Buffer.concat([ack(1), ack(2)]);
    const cut = answers.length - 1;
    expect(window.push(answers, 0, cut)).toBe(ack(1).length);
    expect(window.outstanding).toBe(1);
  });

  it('refuses methods that confirm nothing', () => {
    const close = encodeMethodFrame(1, { name: 'channel.close', replyCode: 404, replyText: 'no' });
    expect(() => new ConfirmWindow(1).push(close, 0, close.length)).toThrow('Expected a confirm');
  });
});
