import { positiveNumber, wholeNumber, wholeNumbers } from '../lib/arguments.ts';
import { STAMP_OCTETS } from '../pump/stamp.ts';
import { TOPOLOGY_HELP, topologyOf } from '../workload/topology.ts';
import type { Workload } from '../workload/workload.ts';
import type { CompareSettings } from './compare.ts';

/** Options of parseArgs that several benches share. */
export const RUN_OPTIONS = {
  topology: { type: 'string', default: '1P-1C' },
  body: { type: 'string', default: '16,100,1024' },
  seconds: { type: 'string', default: '5' },
  'warm-up': { type: 'string', default: '1' },
  repetitions: { type: 'string', default: '5' },
  confirms: { type: 'boolean', default: false },
  'confirm-window': { type: 'string', default: '1000' },
  acks: { type: 'boolean', default: false },
  prefetch: { type: 'string', default: '100' },
  persistent: { type: 'boolean', default: false },
} as const;

export const RUN_OPTIONS_HELP = `\
  --topology LIST       topologies, with commas; default 1P-1C
${TOPOLOGY_HELP.replaceAll(/^/gm, ' '.repeat(26))}
  --body LIST           body sizes in octets, at least 16; default 16,100,1024
  --seconds N           length of the measured window; default 5
  --warm-up N           seconds before it; default 1
  --repetitions N       default 5
  --confirms            publishers wait for confirms, --confirm-window at a time (1000)
  --acks                consumers acknowledge, --prefetch at a time (100)
  --persistent          durable queues and persistent messages`;

/** Options of the broker that a bench passes on as they are. */
export const BROKER_OPTIONS = {
  shards: { type: 'string' },
  writers: { type: 'string' },
  batching: { type: 'string' },
} as const;

export const BROKER_OPTIONS_HELP = `\
  --shards N            passed on to the broker, as are
  --writers N
  --batching OCTETS     0 = off`;

/** What parseArgs makes of {@link RUN_OPTIONS}. */
export interface RunOptionValues {
  readonly topology: string;
  readonly body: string;
  readonly seconds: string;
  readonly 'warm-up': string;
  readonly repetitions: string;
  readonly confirms: boolean;
  readonly 'confirm-window': string;
  readonly acks: boolean;
  readonly prefetch: string;
  readonly persistent: boolean;
}

/** What parseArgs makes of {@link BROKER_OPTIONS}. */
export type BrokerOptionValues = { readonly [Name in keyof typeof BROKER_OPTIONS]?: string };

/**
 * The workloads that the options ask for: each topology with each body size.
 * @throws ArgumentError if one of them is not valid
 */
export function workloadsOf(values: RunOptionValues): Workload[] {
  const bodies = wholeNumbers('body', values.body, STAMP_OCTETS);
  const confirmWindow = wholeNumber('confirm-window', values['confirm-window'], 1);
  const prefetch = wholeNumber('prefetch', values.prefetch, 1);
  return values.topology.split(',').flatMap((name) => {
    const topology = topologyOf(name);
    return bodies.map((bodyOctets) => ({
      topology,
      bodyOctets,
      confirmWindow: values.confirms ? confirmWindow : 0,
      prefetch: values.acks ? prefetch : 0,
      persistent: values.persistent,
    }));
  });
}

/** @throws ArgumentError if one of them is not valid */
export function settingsOf(values: RunOptionValues): CompareSettings {
  return {
    warmUpSeconds: positiveNumber('warm-up', values['warm-up']),
    seconds: positiveNumber('seconds', values.seconds),
    repetitions: wholeNumber('repetitions', values.repetitions, 1),
  };
}

/** @throws ArgumentError if one of them is not a number */
export function brokerOptionsOf(values: BrokerOptionValues): string[] {
  const options: string[] = [];
  const pass = (name: string, flag: string, text: string | undefined): void => {
    if (text !== undefined) options.push(flag, String(wholeNumber(name, text, 0)));
  };
  pass('shards', '--shards', values.shards);
  pass('writers', '--writers', values.writers);
  pass('batching', '--direct-batching', values.batching);
  return options;
}
