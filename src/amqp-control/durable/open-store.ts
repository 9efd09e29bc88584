import { StoreThread } from '../../store/store-thread.ts';
import type { Turn } from '../net/turn.ts';
import { CoreRecovery } from './recover-core.ts';

/**
 * Opens a data directory and puts what it holds into the turn's core, which from then on keeps what
 * is durable there.
 *
 * @throws Error that says what to do if the directory can't be used
 */
export async function openStore(directory: string, turn: Turn): Promise<StoreThread> {
  const { core } = turn;
  const recovery = new CoreRecovery(core);
  const thread = await StoreThread.open(directory, recovery, (held) => core.setHeld(held));
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
  return thread;
}
