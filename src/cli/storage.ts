import { printLine, type ToolIo } from './context.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-code.ts';

/** Verifies a data directory and says what is in it. */
export async function check(directory: string, _options: unknown, io: ToolIo): Promise<number> {
  const { checkDirectory } = await import('../store/check-directory.ts');
  const { definitions, chunks, messages, faults } = await checkDirectory(directory);
  for (const fault of faults) await printLine(io.stdout, fault);
  const what = `${definitions} definitions, ${messages} messages in ${chunks} chunks`;
  const verdict = faults.length === 0 ? 'whole' : `${faults.length} faults`;
  await printLine(io.stdout, `${directory}: ${verdict}; ${what}`);
  return faults.length === 0 ? EXIT_OK : EXIT_FAILED;
}

/** Copies a data directory, also while a broker works on it. */
export async function backup(
  directory: string,
  target: string,
  _options: unknown,
  io: ToolIo,
): Promise<number> {
  const { backupDirectory } = await import('../store/backup-directory.ts');
  await backupDirectory(directory, target);
  await printLine(io.stdout, `${directory} copied to ${target}`);
  return EXIT_OK;
}
