import { beforeEach, describe, expect, it } from 'vitest';
import { OrderCheck } from '../../crash/model/compare.ts';
import { queueRule } from '../../crash/model/queue-rule.ts';
import { LedgerRig } from './rig.ts';

const plain = queueRule('plain');
const rejecting = queueRule('rejecting', { deadQueue: 'dead' });

let rig: LedgerRig;
beforeEach(() => {
  rig = new LedgerRig();
});

describe('while the broker runs', () => {
  it('a message that was requeued comes again, marked', () => {
    const message = rig.confirm(plain);
    rig.deliver(message, 'plain', 'requeue');
    rig.deliver(message, 'plain', 'ack', { redelivered: true });
    expect(rig.kinds()).toEqual([]);
  });

  it('a message that comes again without the mark is a finding', () => {
    const message = rig.confirm(plain);
    rig.deliver(message, 'plain', 'requeue');
    rig.deliver(message, 'plain');
    expect(rig.kinds()).toEqual(['redelivered']);
  });

  it('a message that comes again after its acknowledgement is a finding', () => {
    const message = rig.confirm(plain);
    rig.deliver(message, 'plain', 'ack');
    rig.deliver(message, 'plain', null, { redelivered: true });
    expect(rig.kinds()).toEqual(['came back']);
  });

  it('a dead letter that nobody rejected is a finding', () => {
    const [first, second] = [rig.confirm(rejecting), rig.confirm(rejecting)];
    rig.deliver(first, 'rejecting', 'reject');
    rig.deliver(first, 'dead', 'ack');
    expect(rig.kinds()).toEqual([]);
    rig.deliver(second, 'dead');
    expect(rig.kinds()).toEqual(['came back']);
  });

  it('a message in a queue that it was not sent to is a finding', () => {
    rig.deliver(rig.confirm(plain), 'elsewhere');
    expect(rig.kinds()).toEqual(['unknown']);
  });

  it('deliveries out of order are a finding', () => {
    const [first, second] = [rig.confirm(plain), rig.confirm(plain)];
    const order = new OrderCheck(rig.ledger, 'plain');
    order.next(second.copies[0]);
    order.next(first.copies[0]);
    expect(rig.kinds()).toEqual(['order']);
  });

  it('a transient message stays until the broker ends', () => {
    const message = rig.confirm(plain, { persistent: false });
    rig.look({ plain: [] });
    expect(rig.kinds()).toEqual(['lost']);
    expect(message.persistent).toBe(false);
  });
});
