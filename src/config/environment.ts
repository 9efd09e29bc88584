import type { GivenOptions } from './complete.ts';
import { environmentName, OPTION_ENTRIES, type OptionName } from './options.ts';
import { unknownOption } from './unknown-option.ts';
import { type OptionValue, readValue } from './values.ts';

const PREFIX = 'DIRECTMQ_';
const CONFIG_NAME = `${PREFIX}CONFIG`;

/**
 * Reads the variables that begin with `DIRECTMQ_`.
 *
 * @throws OptionError for one that is unknown or has an unacceptable value
 */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  readonly configPath: string | null;
  readonly given: GivenOptions;
} {
  const offered = new Map(
    OPTION_ENTRIES.filter(([, option]) => option.kind !== 'users').map(
      (entry) => [environmentName(entry[1].flag), entry] as const,
    ),
  );
  const given: { [Name in OptionName]?: OptionValue } = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || value === undefined || variable === CONFIG_NAME) continue;
    if (isServiceLink(variable, value)) continue;
    const entry = offered.get(variable);
    if (entry === undefined) {
      throw unknownOption('unknown environment variable', variable, [
        CONFIG_NAME,
        ...offered.keys(),
      ]);
    }
    const [name, option] = entry;
    given[name] = readValue(option, value, variable);
  }
  return { configPath: environment[CONFIG_NAME] ?? null, given };
}

/**
 * Kubernetes describes a service called `directmq` to every pod beside it with variables such as
 * `DIRECTMQ_SERVICE_HOST`, `DIRECTMQ_PORT_5672_TCP_ADDR` and `DIRECTMQ_PORT=tcp://10.0.0.1:5672`.
 */
function isServiceLink(variable: string, value: string): boolean {
  return (
    /^DIRECTMQ_(SERVICE_|PORT_\d)/.test(variable) ||
    (variable === environmentName('port') && /^(tcp|udp|sctp):\/\//.test(value))
  );
}
