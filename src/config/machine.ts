import { availableParallelism, totalmem } from 'node:os';
import process from 'node:process';

/** What defaults depend on. */
export interface Machine {
  readonly cores: number;
  /** Memory the process may use: the container's limit where there is one. */
  readonly memoryOctets: number;
}

/** The machine or container this process runs in. */
export function thisMachine(): Machine {
  // Zero or absurdly large when nothing constrains the process.
  const constrained = process.constrainedMemory();
  const memory = totalmem();
  return {
    cores: availableParallelism(),
    memoryOctets: constrained > 0 && constrained < memory ? constrained : memory,
  };
}
