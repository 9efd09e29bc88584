import type { Turn } from './turn.ts';

/** Time between two looks at the memory in use: at 1 GB/s of publications that is 100 MB. */
const INTERVAL_MS = 100;

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
    const { heapUsed, external } = process.memoryUsage();
    const octets = heapUsed + external;
    const { core } = this.turn;
    const limit = this.raised ? RELIEF_SHARE * this.highWaterOctets : this.highWaterOctets;
    const over = octets > limit;
    if (over === this.raised) return;
    this.raised = over;
    const what = over ? 'memory high-water mark reached, publishers are blocked' : 'memory is back';
    core.log.warn({ octets, highWaterOctets: this.highWaterOctets }, what);
    this.turn.run(() => core.setAlarm('memory', over ? 'low on memory' : null));
  }
}
