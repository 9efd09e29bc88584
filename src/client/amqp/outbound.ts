import { BatchWriter, type OctetSink } from '../net/batch-writer.ts';
import type { ClientSettings } from '../settings.ts';
import { Turns } from './turns.ts';

/**
 * What a connection writes. While its link is being replaced there are two streams: what restores
 * the connection goes to the new link, and what is published meanwhile waits behind it.
 */
export class Outbound {
  readonly turns: Turns;
  private readonly settings: ClientSettings;
  private writer: BatchWriter;
  private backlog: BatchWriter | null = null;

  /** @param onTurnEnd called before a turn's octets are written */
  constructor(settings: ClientSettings, onTurnEnd: () => void) {
    this.settings = settings;
    this.turns = new Turns(() => {
      this.turns.finishChannels();
      onTurnEnd();
      this.writer.flush();
      if (this.output.unwrittenOctets === 0) this.turns.allWritten();
    });
    this.writer = this.createWriter();
  }

  /** Where messages are written. */
  get output(): BatchWriter {
    return this.backlog ?? this.writer;
  }

  /** Writes a frame that does not wait for the link to be replaced. */
  send(frame: Buffer): void {
    this.writer.append(frame);
    this.writer.end();
  }

  /** From now on octets go to this line. */
  attach(line: OctetSink): void {
    this.writer.attach(line);
  }

  /** The line has taken what it did not take at once. */
  written(): void {
    this.writer.written();
  }

  /** Writes what there is, before the turn ends. */
  flush(): void {
    this.writer.flush();
  }

  /** The line is gone: what it did not take is lost, and what is published from now on waits. */
  suspend(): void {
    this.turns.forget();
    this.writer = this.createWriter();
    this.backlog ??= this.createWriter();
  }

  /** The connection is restored: what waited follows. */
  resume(): void {
    const { backlog } = this;
    this.backlog = null;
    for (const batch of backlog?.takeUnwritten() ?? []) this.writer.append(batch);
  }

  private createWriter(): BatchWriter {
    const { batchOctets, unwrittenMaxOctets } = this.settings;
    return new BatchWriter(
      batchOctets,
      unwrittenMaxOctets,
      () => this.turns.scheduleEnd(),
      () => this.turns.allWritten(),
    );
  }
}
