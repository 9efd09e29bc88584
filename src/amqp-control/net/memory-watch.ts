import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Turn } from './turn.ts';

/** Time between two looks at the memory in use: at 1 GB/s of publications that is 100 MB. */
const INTERVAL_MS = 100;

/**
 * Time between two collections of garbage while publishers are blocked, in milliseconds: what has
 * been consumed or purged counts until V8 has looked, and by itself it looks at a broker that
 * stands still after eight seconds. One takes some tens of milliseconds, since messages are not on
 * its heap.
 */
const COLLECT_INTERVAL_MS = 1000;

/** The alarm ends below this share of the mark, so that it doesn't flap. */
const RELIEF_SHARE = 0.9;

/**
 * Blocks publishers while the process holds more memory than it may (RabbitMQ's
 * vm_memory_high_watermark). Counted is what JavaScript holds, heap and buffers: unlike the
 * resident set it shrinks when messages are consumed.
 */
export class MemoryWatch {
  private readonly turn: Turn;
  private readonly highWaterOctets: number;
  private readonly timer: NodeJS.Timeout;
  private raised = false;
  private collectAtMs = 0;

  /** @param highWaterOctets Infinity = never */
  constructor(turn: Turn, highWaterOctets: number) {
    this.turn = turn;
    this.highWaterOctets = highWaterOctets;
    this.timer = setInterval(() => this.look(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { core } = this.turn;
    if (this.raised && performance.now() >= this.collectAtMs) this.collect();
    const { heapUsed, external } = process.memoryUsage();
    const octets = heapUsed + external;
    const limit = this.raised ? RELIEF_SHARE * this.highWaterOctets : this.highWaterOctets;
    const over = octets > limit;
    if (over === this.raised) return;
    this.raised = over;
    this.collectAtMs = performance.now() + COLLECT_INTERVAL_MS;
    const what = over ? 'memory high-water mark reached, publishers are blocked' : 'memory is back';
    core.log.warn({ octets, highWaterOctets: this.highWaterOctets }, what);
    this.turn.run(() => core.setAlarm('memory', over ? 'low on memory' : null));
  }

  private collect(): void {
    this.collectAtMs = performance.now() + COLLECT_INTERVAL_MS;
    collectGarbage();
  }
}

/** Node offers no other way to it than V8's own function, which new contexts get by this flag. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  gc();
}
