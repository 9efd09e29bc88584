import { statfs } from 'node:fs/promises';
import type { Turn } from './turn.ts';

/** Time between two looks at the disk, in milliseconds. */
const INTERVAL_MS = 1000;

/**
 * Blocks publishers while the disk of the data directory has less free space than it must have
 * (RabbitMQ's disk_free_limit), so that there is room for what takes messages away.
 */
export class DiskWatch {
  private readonly turn: Turn;
  private readonly directory: string;
  private readonly freeOctetsMin: number;
  private readonly timer: NodeJS.Timeout;
  private raised = false;

  /** @param freeOctetsMin 0 = never */
  constructor(turn: Turn, directory: string, freeOctetsMin: number) {
    this.turn = turn;
    this.directory = directory;
    this.freeOctetsMin = freeOctetsMin;
    this.timer = setInterval(() => void this.look(), INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    // A file system that doesn't answer is no reason to stop anybody: writing will show.
    const space = await statfs(this.directory).catch(() => null);
    if (space === null) return;
    const octets = space.bavail * space.bsize;
    const short = octets < this.freeOctetsMin;
    if (short === this.raised) return;
    this.raised = short;
    const { core } = this.turn;
    const what = short ? 'disk is nearly full, publishers are blocked' : 'disk has space again';
    core.log.warn({ octets, limit: this.freeOctetsMin, directory: this.directory }, what);
    this.turn.run(() => core.setAlarm('disk', short ? 'low on disk' : null));
  }
}
