import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { undoSome } from '../model/undo.ts';
import type { Dice } from '../workload/dice.ts';
import { compileLibrary, type Preloaded } from './preloaded.ts';

/** What a power cut does beyond kill -9: writes that were not synced may be undone, in part. */
export class PowerCut implements Preloaded {
  /** Keeps account of what isn't synced. */
  readonly library: string;
  readonly environment: Readonly<Record<string, string>>;
  private readonly file: string;
  private readonly journal: string;

  /**
   * @param workDirectory for the library and the journal
   * @param file the one whose writes are undone
   * @throws Error if there is no C compiler
   */
  constructor(workDirectory: string, file: string) {
    this.library = compileLibrary('power-cut', workDirectory);
    this.file = file;
    this.journal = join(workDirectory, 'journal');
    this.environment = { POWER_CUT_FILE: file, POWER_CUT_JOURNAL: this.journal };
  }

  /** The broker is dead: puts back what a power cut might have. @returns sectors put back */
  cut(dice: Dice): number {
    if (!existsSync(this.journal)) return 0;
    const repairs = undoSome(readFileSync(this.journal), dice);
    rmSync(this.journal);
    const file = openSync(this.file, 'r+');
    for (const { at, octets } of repairs) writeSync(file, octets, 0, octets.length, at);
    closeSync(file);
    return repairs.length;
  }
}
