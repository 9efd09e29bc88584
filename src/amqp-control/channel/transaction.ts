import { keepMessage } from '../../wire/message-edit.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { PRECONDITION_FAILED } from '../../wire/reply-code.ts';
import type { Acknowledgements, Settlement } from './acknowledgements.ts';
import type { Publisher } from './publisher.ts';

interface HeldPublication {
  readonly view: MessageView;
  readonly bits: number;
}

interface HeldSettlement {
  readonly tag: number;
  readonly multiple: boolean;
  readonly settlement: Settlement;
}

/**
 * What a channel in transaction mode (Tx.Select) has published and acknowledged since the last
 * commit.
 */
export class Transaction {
  private readonly publisher: Publisher;
  private readonly acknowledgements: Acknowledgements;
  private publications: HeldPublication[] = [];
  private settlements: HeldSettlement[] = [];
  private settledTags = new Set<number>();

  constructor(publisher: Publisher, acknowledgements: Acknowledgements) {
    this.publisher = publisher;
    this.acknowledgements = acknowledgements;
  }

  get publicationCount(): number {
    return this.publications.length;
  }

  get settlementCount(): number {
    return this.settlements.length;
  }

  /**
   * Keeps a copy of a message until the commit. @throws ProtocolError 404, 403 as an immediate
   * publication would
   */
  publish(view: MessageView, bits: number): void {
    this.publisher.check(view);
    this.publications.push({ view: keepMessage(view), bits });
  }

  /**
   * Keeps an acknowledgement until the commit. @throws ProtocolError 406 for an unknown delivery
   * tag
   */
  settle(tag: number, multiple: boolean, settlement: Settlement): void {
    this.acknowledgements.requireWaiting(tag, multiple);
    if (!multiple) {
      if (this.settledTags.has(tag)) {
        throw channelError(PRECONDITION_FAILED, `unknown delivery tag ${tag}`);
      }
      this.settledTags.add(tag);
    }
    const upTo = multiple && tag === 0 ? this.acknowledgements.lastTag : tag;
    this.settlements.push({ tag: upTo, multiple, settlement });
  }

  /** Makes everything happen, publications first, in the order it was asked for. */
  commit(): void {
    const { publications, settlements } = this;
    this.rollback();
    for (const { view, bits } of publications) this.publisher.publish(view, bits);
    for (const { tag, multiple, settlement } of settlements) {
      this.acknowledgements.settleWaiting(tag, multiple, settlement);
    }
  }

  /** Forgets everything; messages stay unacknowledged. */
  rollback(): void {
    this.publications = [];
    this.settlements = [];
    this.settledTags = new Set();
  }
}
