import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessageLog } from '../../src/amqp-control/queues/message-log.ts';
import { SegmentPool } from '../../src/amqp-control/queues/segment-pool.ts';
import { KeptLog } from '../../src/store/kept-log.ts';
import { FUZZ_BUDGET } from './fuzz-budget.ts';
import { ModelledLog } from './modelled-log.ts';

const choice = fc.nat(1000);
const operation = fc.oneof(
  { weight: 60, arbitrary: fc.tuple(fc.constant('append' as const), choice) },
  { weight: 40, arbitrary: fc.tuple(fc.constant('take' as const), choice) },
  { weight: 30, arbitrary: fc.tuple(fc.constant('settle' as const), choice) },
  { weight: 20, arbitrary: fc.tuple(fc.constant('requeue' as const), choice) },
  { weight: 10, arbitrary: fc.tuple(fc.constant('discardHead' as const), choice) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('purge' as const), choice) },
);

/** What it is told is another test's business. */
const NO_STORE = { keep: () => 0, settle() {}, purge() {}, drop() {}, takenMoved() {} };

it('a message log behaves like a plain list whatever is done to it', () => {
  const property = fc.property(
    fc.array(operation, { maxLength: 400, size: 'max' }),
    (operations) => {
      const pool = new SegmentPool(64 * 1024);
      const modelled = new ModelledLog(new MessageLog(pool, new KeptLog(1, NO_STORE)));
      for (const [name, argument] of operations) {
        modelled[name](argument);
        modelled.checkCounts();
        expect(modelled.log.headIsHere).toBe(true);
        expect(pool.usedOctets).toBe(modelled.log.totalOctets);
      }
      modelled.checkContents();
      while (modelled.ready.length > 0) modelled.take();
      modelled.settleUnacked();
      modelled.checkCounts();
    },
  );
  fc.assert(property, FUZZ_BUDGET);
});
