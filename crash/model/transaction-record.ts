import type { Message, SettlementRecord } from './message.ts';

/** What was asked for in one transaction. */
export interface TransactionRecord {
  readonly name: string;
  readonly publications: Message[];
  readonly settlements: SettlementRecord[];
}

/** A transaction in which nothing was done yet. */
export function newTransaction(name: string): TransactionRecord {
  return { name, publications: [], settlements: [] };
}
