import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Mutation, mutated } from '../mutations/mutation.ts';

/** A copy of a build with a fault in it. */
export class MutatedBuild {
  /** Its command. */
  readonly main: string;
  private readonly directory: string;

  /**
   * @param main the built command; the copy lies beside its folder and finds the same packages
   * @throws Error if the mutation doesn't fit the build
   */
  constructor(main: string, mutation: Mutation) {
    const build = dirname(main);
    this.directory = mkdtempSync(`${build}-mutated-`);
    try {
      cpSync(build, this.directory, { recursive: true });
      const file = join(this.directory, mutation.file);
      writeFileSync(file, mutated(readFileSync(file, 'utf8'), mutation));
    } catch (error) {
      this.remove();
      throw error;
    }
    this.main = join(this.directory, basename(main));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
