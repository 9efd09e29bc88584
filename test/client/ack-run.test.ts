import { describe, expect, it } from 'vitest';
import { Settlement } from '../../src/client/amqp/settlement.ts';

function settlementOf() {
  const sent: string[] = [];
  const settlement = new Settlement((method) => {
    if (method.name === 'basic.ack' || method.name === 'basic.nack') {
      const all = method.multiple ? ' and before' : '';
      sent.push(`${method.name.slice(6)} ${method.deliveryTag}${all}`);
    } else if (method.name === 'basic.reject') {
      sent.push(`reject ${method.deliveryTag}`);
    }
  });
  return { sent, settlement };
}

describe('acknowledgements of one turn', () => {
  it('become one when they follow one another', () => {
    const { sent, settlement } = settlementOf();
    for (const tag of [1, 2, 3]) settlement.ack(tag, false);
    expect(sent).toEqual([]);
    expect(settlement.pending).toBe(true);
    settlement.flush();
    settlement.ack(4, false);
    settlement.flush();
    expect(sent).toEqual(['ack 3 and before', 'ack 4']);
    expect(settlement.pending).toBe(false);
  });

  it('never acknowledge a message that the application has not', () => {
    const { sent, settlement } = settlementOf();
    settlement.ack(2, false);
    settlement.ack(3, false);
    settlement.ack(1, false);
    settlement.flush();
    expect(sent).toEqual(['ack 2', 'ack 3', 'ack 1']);
  });

  it('stay in order with rejections, behind which they become one again', () => {
    const { sent, settlement } = settlementOf();
    settlement.ack(1, false);
    settlement.reject(2, true);
    settlement.ack(3, false);
    settlement.nack(4, false, true);
    settlement.ack(5, false);
    settlement.ack(6, false);
    settlement.flush();
    expect(sent).toEqual(['ack 1', 'reject 2', 'ack 3', 'nack 4', 'ack 6 and before']);
  });

  it('pass on what the application acknowledges twice, for the broker to refuse', () => {
    const { sent, settlement } = settlementOf();
    settlement.ack(1, false);
    settlement.ack(1, false);
    expect(sent).toEqual(['ack 1', 'ack 1']);
  });

  it('may be for all messages, or all up to one', () => {
    const { sent, settlement } = settlementOf();
    settlement.ack(1, false);
    settlement.ack(5, true);
    settlement.ack(6, false);
    settlement.ack(7, false);
    settlement.ack(0, true);
    expect(sent).toEqual(['ack 1', 'ack 5 and before', 'ack 7 and before', 'ack 0 and before']);
  });

  it('of a connection that is gone are dropped', () => {
    const { sent, settlement } = settlementOf();
    settlement.ack(1, false);
    settlement.restart(10);
    settlement.ack(2, false);
    settlement.nack(10, false, true);
    settlement.ack(11, false);
    settlement.ack(12, false);
    settlement.flush();
    expect(sent).toEqual(['ack 2 and before']);
  });
});
