import { join } from 'node:path';
import { StoreThread } from '../../store/store-thread.ts';
import type { Turn } from '../net/turn.ts';
import { PageFile } from '../paging/page-file.ts';
import { Pager, type PageStore } from '../paging/pager.ts';
import { CoreRecovery } from './recover-core.ts';

/** What is paged out, in the data directory. */
const PAGE_FILE = 'paged-out';

const UNREADABLE = 'what was paged out cannot be read from the store either';

/** A data directory in use. */
export interface OpenStore {
  readonly thread: StoreThread;
  /** Has everything written, then lets go of the directory. */
  stop(): Promise<void>;
}

/**
 * Opens a data directory and puts what it holds into the turn's core, which from then on keeps what
 * is durable there, and pages out queues.
 *
 * @param queueMemory octets that queues may hold in memory; 0 = nothing is paged out
 * @throws Error that says what to do if the directory can't be used
 */
export async function openStore(
  directory: string,
  queueMemory: number,
  turn: Turn,
): Promise<OpenStore> {
  const { core } = turn;
  const recovery = new CoreRecovery(core);
  const pageFile = new PageFile(join(directory, PAGE_FILE), (work) => turn.run(work));
  const pageStore: PageStore = {
    recall: (range, done) => {
      // What is still on its way to the store can't be read there.
      const { client } = thread;
      client.whenDurable(client.hasChanges ? client.currentGroup : client.currentGroup - 1, {
        durable: () =>
          thread.recall(range, (answer) => {
            if (typeof answer === 'string')
              core.log.error({ directory, reason: answer }, UNREADABLE);
            turn.run(() => done(typeof answer === 'string' ? null : answer));
          }),
      });
    },
  };
  if (queueMemory > 0) core.pager = newPager(queueMemory, pageFile, pageStore, turn, recovery);
  const hold = (held: boolean): void => core.setHeld('store', held);
  const thread = await StoreThread.open(directory, recovery, hold).catch(async (error) => {
    await pageFile.close();
    throw error;
  });
  await pageFile.removeOld();
  const { client } = thread;
  thread.listen({
    onDurable: (group) => turn.run(() => client.durable(group)),
    onSpaceGranted: () => turn.run(() => client.spaceGranted()),
    onFailing: (reason) => {
      core.log.error({ directory, reason }, 'data directory cannot be written, trying again');
      turn.run(() => core.setAlarm('store', 'the data directory cannot be written'));
    },
    onWritingAgain: () => {
      core.log.warn({ directory }, 'data directory can be written again');
      turn.run(() => core.setAlarm('store', null));
    },
    onLost: (error) => {
      core.log.fatal({ directory, err: error }, 'store has failed, nothing durable is accepted');
      turn.run(() => core.setAlarm('store', 'the store has failed'));
    },
  });
  turn.run(() => recovery.finish());
  return {
    thread,
    stop: async () => {
      await pageFile.close();
      await thread.stop();
    },
  };
}

function newPager(
  queueMemory: number,
  pageFile: PageFile,
  pageStore: PageStore,
  { core }: Turn,
  recovery: CoreRecovery,
): Pager {
  const { log } = core;
  const file = pageFile.path;
  return new Pager(queueMemory, core.segments, pageFile, pageStore, core, {
    onCongestion: (congested) => {
      core.setHeld('paging', congested);
      if (!congested) recovery.roomAgain();
    },
    onWriteFailing: (reason) => {
      log.error({ file, reason }, 'queues cannot be paged out, trying again');
      core.setAlarm('paging', 'queues cannot be paged out');
    },
    onWritingAgain: () => {
      log.warn({ file }, 'queues can be paged out again');
      core.setAlarm('paging', null);
    },
    onReadFailing: (reason) => {
      log.error({ file, reason }, 'what was paged out cannot be read, trying again');
      core.setAlarm('reading', 'what was paged out cannot be read');
    },
    onSalvaged: (recalled, lost) => {
      const level = lost > 0 ? 'fatal' : 'error';
      log[level]({ file, recalled, lost }, 'what was paged out is taken from the store');
    },
    onReadingAgain: () => {
      log.warn({ file }, 'what was paged out can be read again');
      core.setAlarm('reading', null);
    },
  });
}
