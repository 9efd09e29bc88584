import type { Topology } from './topology.ts';

/** One kind of work that is given to each subject alike. */
export interface Workload {
  readonly topology: Topology;
  readonly bodyOctets: number;
  /** Most messages of a publisher that wait for their confirms; 0 = no confirms. */
  readonly confirmWindow: number;
  /** Most messages of a consumer that wait for acknowledgement; 0 = automatic acknowledgement. */
  readonly prefetch: number;
  /** Durable queues and persistent messages. */
  readonly persistent?: boolean;
}

/** Its name in tables: topology, body size, and what is not the default. */
export function workloadName(workload: Workload): string {
  const confirms = workload.confirmWindow > 0 ? ', confirms' : '';
  const acks = workload.prefetch > 0 ? ', acks' : '';
  const persistent = workload.persistent === true ? ', persistent' : '';
  return `${workload.topology.name}, ${workload.bodyOctets}${persistent}${confirms}${acks}`;
}
