import type { FindingKind } from '../model/finding.ts';
import type { Mutation } from './mutation.ts';

const WORKER = 'store/store-worker.js';
const CLIENT = 'store/store-client.js';
const ENGINE = 'store/store-engine.js';
const BATCH = 'store/batch.js';

/** Kills within which most are found; those that need a moment have more. */
const FEW_KILLS = 10;
const MORE_KILLS = 40;

function mutation(
  name: string,
  what: string,
  change: Pick<Mutation, 'file' | 'from' | 'to'>,
  shows: readonly FindingKind[],
  more: Partial<Mutation> = {},
): Mutation {
  return { name, what, ...change, shows, needs: null, kills: FEW_KILLS, ...more };
}

/** What the harness must find. The places are in the build, which keeps the text of the sources. */
export const MUTATIONS: readonly Mutation[] = [
  mutation(
    'confirm-before-commit',
    'a group is called durable when its commit begins',
    {
      file: WORKER,
      from: 'engine.commit(batch, index);',
      to: "tell({ kind: 'durable', group: batch.group }); engine.commit(batch, index);",
    },
    ['lost', 'came back', 'transaction', 'topology'],
    { kills: MORE_KILLS },
  ),
  mutation(
    'confirm-at-once',
    'publishers and transactions are answered when the message is routed',
    { file: CLIENT, from: 'if (group <= this.durableGroup)', to: 'if (true)' },
    ['lost', 'came back', 'transaction'],
    { kills: MORE_KILLS },
  ),
  mutation(
    'declare-at-once',
    'changes of definitions are answered before they are stored',
    { file: CLIENT, from: 'if (this.definitionGroup <= this.durableGroup)', to: 'if (true)' },
    ['topology'],
    { kills: MORE_KILLS },
  ),
  mutation(
    'no-sync',
    'a commit does not wait for the disk',
    { file: ENGINE, from: 'overlappingSync: false,', to: 'overlappingSync: false, noSync: true,' },
    ['lost', 'came back', 'transaction', 'topology', 'broker', 'garbled', 'order'],
    { needs: 'power cut' },
  ),
  mutation(
    'settlements-before-messages',
    'what leaves a queue is committed before what enters one, and not together with it',
    {
      file: ENGINE,
      from: 'const { changed } = index;',
      to: `const { changed } = index;
      this.root.transactionSync(() => {
        for (const chunk of changed) {
          if (chunk.alive === 0) this.chunks.removeSync(chunk.first);
          else this.settled.putSync(chunk.first, checkedOctets(chunk.first, settledBits(chunk)));
        }
      });`,
    },
    ['lost', 'transaction'],
    { kills: MORE_KILLS },
  ),
  mutation(
    'order-swapped',
    'what was stored later comes back first',
    { file: ENGINE, from: 'this.chunks.getRange()', to: 'this.chunks.getRange({ reverse: true })' },
    ['order'],
  ),
  mutation(
    'settlements-forgotten',
    'acknowledgements of what was stored before are not stored',
    { file: BATCH, from: 'this.index.settle(entry);', to: ';' },
    ['came back', 'twice'],
  ),
  mutation(
    'purges-forgotten',
    'purges of what was stored before are not stored',
    { file: BATCH, from: 'this.index.purge(log, first, last);', to: '' },
    ['came back'],
    { kills: MORE_KILLS },
  ),
  mutation(
    'deliveries-forgotten',
    'nobody remembers what was delivered before',
    { file: BATCH, from: 'this.takenMarks.set(target, readUint64(b, at));', to: '' },
    ['redelivered'],
  ),
  mutation(
    'confirm-on-full-disk',
    'a group for which there is no space is called durable',
    {
      file: WORKER,
      from: 'fail(messageOf(error));',
      to: "tell({ kind: 'durable', group: batch.group }); fail(messageOf(error));",
    },
    ['lost', 'came back', 'transaction', 'topology'],
    { needs: 'full disk', kills: MORE_KILLS },
  ),
  mutation(
    'blocked-for-ever',
    'publishers are not told that there is space again',
    { file: WORKER, from: "tell({ kind: 'writingAgain' });", to: ';' },
    ['stalled', 'broker'],
    { needs: 'full disk' },
  ),
  mutation(
    'no-space-ahead',
    'the engine finds out by itself that the disk is full',
    { file: ENGINE, from: 'this.space?.reserve(this.usedOctets(), growth);', to: ';' },
    ['broker', 'stalled', 'garbled', 'lost'],
    { needs: 'full disk', kills: MORE_KILLS },
  ),
];
