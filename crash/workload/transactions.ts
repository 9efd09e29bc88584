import type { Channel } from 'amqplib';
import {
  TX_COMMIT,
  TX_COMMIT_OK,
  TX_ROLLBACK,
  TX_ROLLBACK_OK,
  TX_SELECT,
  TX_SELECT_OK,
} from '../../src/wire/spec.ts';

/** amqplib knows the methods of transactions and has no functions for them. */
interface RpcChannel {
  rpc(method: number, fields: object, expected: number): Promise<unknown>;
}

/** Tx.Select. */
export async function select(channel: Channel): Promise<void> {
  await call(channel, TX_SELECT, TX_SELECT_OK);
}

/** Tx.Commit; resolves with Commit-Ok. */
export async function commit(channel: Channel): Promise<void> {
  await call(channel, TX_COMMIT, TX_COMMIT_OK);
}

/** Tx.Rollback. */
export async function rollback(channel: Channel): Promise<void> {
  await call(channel, TX_ROLLBACK, TX_ROLLBACK_OK);
}

async function call(channel: Channel, method: number, expected: number): Promise<void> {
  await (channel as unknown as RpcChannel).rpc(method, {}, expected);
}
