import type { DeliverySnapshot, PublishReport } from '../pump/orders.ts';
import type { Accounts } from './throughput-result.ts';

/** What is known when nothing is under way any more. */
export interface Balance {
  readonly reports: readonly PublishReport[];
  /** Messages published, each as often as there are consumers for it. */
  readonly expected: number;
  readonly final: readonly DeliverySnapshot[];
  readonly stamped: boolean;
  readonly mayDrop: boolean;
  /** What the subject says it has dropped, or null if it can't say. */
  readonly countedDrops: number | null;
}

/**
 * Adds up where the messages went.
 * @throws Error if a message was lost by who may not lose any, came twice, out of order or from
 *   nowhere, was refused, if more or fewer are gone than the subject says it has dropped, or if a connection broke
 */
export function closeAccounts(balance: Balance): Accounts {
  const { reports, expected, final, stamped, mayDrop, countedDrops } = balance;
  const sum = (of: (snapshot: DeliverySnapshot) => number): number =>
    final.reduce((total, snapshot) => total + of(snapshot), 0);
  const deliveredMessages = sum((snapshot) => snapshot.messages);
  const droppedMessages = expected - deliveredMessages;
  const refused = reports.reduce((total, report) => total + report.refusedMessages, 0);
  const missing = sum((snapshot) => snapshot.missing);
  const disordered = sum((snapshot) => snapshot.disordered);

  const faults: string[] = [];
  if (final.some((snapshot) => snapshot.ended)) faults.push('a consumer was disconnected');
  if (refused > 0) faults.push(`${refused} were refused`);
  if (droppedMessages < 0) faults.push('more were delivered than published');
  if (droppedMessages > 0 && !mayDrop) faults.push(`${droppedMessages} were lost`);
  if (countedDrops !== null && droppedMessages !== countedDrops) {
    faults.push(`${droppedMessages} are gone, but ${countedDrops} were dropped by its own count`);
  }
  if (stamped && disordered > 0) faults.push(`${disordered} came twice or out of order`);
  // Those dropped behind the last one delivered leave no gap.
  if (stamped && missing > droppedMessages) {
    faults.push(`${missing} sequence numbers are missing but only ${droppedMessages} messages`);
  }
  if (faults.length > 0) {
    throw new Error(
      `The messages don't add up: ${expected} were to be delivered, ${deliveredMessages} were; ` +
        faults.join('; '),
    );
  }
  const publishedMessages = reports.reduce((total, each) => total + each.publishedMessages, 0);
  return { publishedMessages, deliveredMessages, droppedMessages };
}
