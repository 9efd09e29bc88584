/** Seeds are below this. */
const SEED_LIMIT = 2 ** 31;

/** A seed that is another each time. */
export function randomSeed(): number {
  return Date.now() % SEED_LIMIT;
}

/** A line for who runs the command. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
