import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { undoSome } from '../model/undo.ts';
import type { Dice } from '../workload/dice.ts';

const SOURCE = new URL('../../../crash/native/power-cut.c', import.meta.url);

/** What a power cut does beyond kill -9: writes that were not synced may be undone, in part. */
export class PowerCut {
  /** For the broker: a library that keeps account of what isn't synced. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly file: string;
  private readonly journal: string;

  /**
   * @param workDirectory for the library and the journal
   * @param file the one whose writes are undone
   * @throws Error if there is no C compiler
   */
  constructor(workDirectory: string, file: string) {
    const library = join(workDirectory, 'power-cut.so');
    execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, fileURLToPath(SOURCE), '-ldl']);
    this.file = file;
    this.journal = join(workDirectory, 'journal');
    this.environment = {
      LD_PRELOAD: library,
      POWER_CUT_FILE: file,
      POWER_CUT_JOURNAL: this.journal,
    };
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
