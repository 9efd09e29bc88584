import { STORE_COUNTERS } from '../../ring/counters.ts';
import type { StoreThread } from '../../store/store-thread.ts';
import type { ThreadReport } from '../direct/direct-report.ts';

/** How the thread of the data directory is doing. */
export function storeReport(store: StoreThread, nowMs: number): ThreadReport {
  const { beats, counters } = store.counters.snapshot(0);
  // It never goes back to its event loop, so it measures itself how long it sleeps.
  const idleMs = store.counters.block(0).get(STORE_COUNTERS.sleptMs);
  const busyMs = Math.max(0, nowMs - store.startedAtMs - idleMs);
  return {
    kind: 'store',
    number: 0,
    isRunning: store.isRunning,
    restarts: 0,
    load: store.isRunning ? { busyMs, idleMs } : null,
    osThread: store.osThread,
    beats,
    counters,
  };
}
