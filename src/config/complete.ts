import { refuseContradictions } from './contradictions.ts';
import type { Machine } from './machine.ts';
import type { MemoryOption, OptionDefinition } from './option-kinds.ts';
import { type BrokerOptions, OPTION_ENTRIES, OPTIONS, type OptionName } from './options.ts';
import { unknownOption } from './unknown-option.ts';
import { type OptionValue, readValue } from './values.ts';

/** Options as far as they were given. */
export type GivenOptions = { readonly [Name in OptionName]?: OptionValue };

/** RabbitMQ's: 15672 for 5672. */
const MANAGEMENT_PORT_DISTANCE = 10_000;
const PORT_MAX = 65_535;

/** Queues must be paged out before publishers are blocked for want of memory. */
const QUEUE_SHARE_MAX = 0.5;

/** Who starts the broker: the command, or a program that embeds it (in one thread by default). */
export type Host = 'command' | 'program';

/**
 * Checks what was given and fills in the rest. Completing complete options changes nothing.
 *
 * @returns all options; `memoryHighWater` and `queueMemory` have become octets (0 = unlimited)
 * @throws OptionError for an unknown, unacceptable or contradictory option
 */
export function completeOptions(given: GivenOptions, host: Host, machine: Machine): BrokerOptions {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw unknownOption('unknown option', name, Object.keys(OPTIONS));
    }
  }
  const values: Record<string, OptionValue> = {};
  for (const [name, option] of OPTION_ENTRIES) {
    const value = given[name];
    values[name] =
      value === undefined
        ? defaultValue(name, option, values, host, machine)
        : readValue(option, value, name);
  }
  const checked = values as unknown as BrokerOptions;
  const memoryHighWater = octetsOf(checked.memoryHighWater, OPTIONS.memoryHighWater, machine);
  const options: BrokerOptions = {
    ...checked,
    memoryHighWater,
    queueMemory: Math.min(
      octetsOf(checked.queueMemory, OPTIONS.queueMemory, machine),
      memoryHighWater === 0 ? Infinity : Math.floor(QUEUE_SHARE_MAX * memoryHighWater),
    ),
  };
  refuseContradictions(options);
  return options;
}

/** A default; `values` holds the options that stand before this one in the table. */
function defaultValue(
  name: string,
  option: OptionDefinition,
  values: Readonly<Record<string, OptionValue>>,
  host: Host,
  machine: Machine,
): OptionValue {
  if ('embeddedDefault' in option && option.embeddedDefault !== undefined && host === 'program') {
    return option.embeddedDefault;
  }
  if (option.default !== null) return option.default;
  // One core stays with main, which also serves every ordinary connection.
  if (name === 'managementPort') return managementPort(Number(values.port));
  if (name === 'shards') return Math.max(1, machine.cores - 1);
  return values.shards === 0 ? 0 : 1;
}

/** The port that is as far from that of AMQP as RabbitMQ's; any free one if there is none. */
function managementPort(port: number): number {
  const next = port + MANAGEMENT_PORT_DISTANCE;
  return port === 0 || next > PORT_MAX ? 0 : next;
}

function octetsOf(shareOrOctets: number, { minOctets }: MemoryOption, machine: Machine): number {
  if (shareOrOctets === 0 || shareOrOctets > 1) return shareOrOctets;
  return Math.max(Math.floor(shareOrOctets * machine.memoryOctets), minOctets);
}
