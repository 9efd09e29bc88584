import type { SpscRing } from '../../ring/spsc-ring.ts';
import type { RingReport } from './direct-report.ts';

/** How full a ring is. */
export function ringReport(
  from: RingReport['from'],
  to: RingReport['to'],
  ring: SpscRing,
): RingReport {
  return { from, to, capacityOctets: ring.capacity, usedOctets: ring.usedOctets() };
}
