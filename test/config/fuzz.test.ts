import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInvocation } from '../../src/config/invocation.ts';
import { environmentName, OPTION_ENTRIES } from '../../src/config/options.ts';
import { MACHINE } from './support.ts';

const budgetMs = Number(process.env.FUZZ_MS ?? 300);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** Far more than fit into any budget: the time decides when to stop. */
const RUNS_MAX = 10_000_000;

const flags = OPTION_ENTRIES.map(([, option]) => option.flag);
const value = fc.oneof(
  fc.constantFrom('0', '1', '65536', '4MiB', '5s', '0.5', 'true', 'none', 'info', 'a,b', ''),
  fc.string(),
);
const argument = fc.oneof(
  fc.constantFrom(...flags).map((flag) => `--${flag}`),
  value,
);
const variable = fc.oneof(fc.constantFrom(...flags).map(environmentName), fc.string());
const document = fc.oneof(
  fc.json(),
  fc.dictionary(fc.constantFrom(...flags), fc.jsonValue()).map((object) => JSON.stringify(object)),
);

describe('whatever an operator writes', () => {
  it(
    `ends in options, a text or one refusing line (seed ${seed})`,
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(argument, { maxLength: 6 }),
          fc.dictionary(variable, value, { maxKeys: 3 }),
          fc.option(document),
          async (argv, environment, file) => {
            const withFile = file === null ? argv : [...argv, '--config', 'a.json'];
            const invocation = await parseInvocation(
              withFile,
              environment,
              () => file ?? '',
              MACHINE,
            );
            if (invocation.kind === 'refused') expect(invocation.line).toMatch(/^[^\n\r]+$/);
          },
        ),
        {
          seed,
          numRuns: RUNS_MAX,
          interruptAfterTimeLimit: budgetMs,
          markInterruptAsFailure: false,
        },
      );
    },
    60_000 + budgetMs,
  );
});
