import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FUZZ_BUDGET } from '../queues/fuzz-budget.ts';
import { ModelledLog } from '../queues/modelled-log.ts';
import { PagedLogs } from './paged-logs.ts';

const BOUND_OCTETS = 2 * 1024;
const LOGS = 2;

const choice = fc.nat(1000);
const operation = fc.oneof(
  { weight: 80, arbitrary: fc.tuple(fc.constant('append' as const), choice) },
  { weight: 60, arbitrary: fc.tuple(fc.constant('take' as const), choice) },
  { weight: 50, arbitrary: fc.tuple(fc.constant('settle' as const), choice) },
  { weight: 20, arbitrary: fc.tuple(fc.constant('requeue' as const), choice) },
  { weight: 10, arbitrary: fc.tuple(fc.constant('discardHead' as const), choice) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('purge' as const), choice) },
  { weight: 20, arbitrary: fc.tuple(fc.constant('finish' as const), choice) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('fail' as const), choice) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('tryAgain' as const), choice) },
);

it('paged logs behave like plain lists whatever is done to them, and whatever the disk does', () => {
  const property = fc.property(
    fc.array(operation, { maxLength: 600, size: 'max' }),
    (operations) => {
      const paged = new PagedLogs(BOUND_OCTETS);
      const logs = Array.from({ length: LOGS }, () => new ModelledLog(paged.newLog()));
      for (const [name, argument] of operations) {
        const modelled = logs[argument % LOGS];
        if (name === 'finish' || name === 'fail') paged.device[name](argument);
        else if (name === 'tryAgain') paged.tryAgain();
        else modelled[name](argument);
        modelled.checkCounts();
        modelled.checkUnacked();
      }
      for (const modelled of logs) {
        while (modelled.ready.length > 0) {
          if (!modelled.log.headIsHere) paged.settle();
          expect(modelled.log.headIsHere).toBe(true);
          modelled.take();
          if (modelled.unacked.length > 5) modelled.settleUnacked();
        }
        modelled.settleUnacked();
        modelled.checkCounts();
        expect([modelled.log.pagedOutCount, modelled.log.pagedOutOctets]).toEqual([0, 0]);
      }
      paged.settle();
      expect(paged.pool.usedOctets).toBe(0);
      expect(paged.pager.storedOctets).toBe(0);
    },
  );
  fc.assert(property, FUZZ_BUDGET);
});
