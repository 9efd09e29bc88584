import { decodeTable, type FieldTable } from '../wire/field-table.ts';
import type { MessageView } from '../wire/message-view.ts';
import { FLAG_HEADERS, propertyAt } from '../wire/properties.ts';

const NO_HEADERS: FieldTable = {};

/** The headers of the message being routed, decoded when the first headers exchange asks. */
export class MessageHeaders {
  private view: MessageView | null = null;
  private decoded: FieldTable | null = null;

  /** Turns to the message at `view`, whose properties are known to be well-formed. */
  open(view: MessageView): void {
    this.view = view;
    this.decoded = null;
  }

  /** Lets go of the message. */
  close(): void {
    this.view = null;
    this.decoded = null;
  }

  /** The message's headers; empty if it has none. */
  table(): FieldTable {
    if (this.decoded === null) this.decoded = this.decode();
    return this.decoded;
  }

  private decode(): FieldTable {
    const view = this.view;
    if (view === null) return NO_HEADERS;
    const at = propertyAt(view.envelope, view.propertiesAt, FLAG_HEADERS);
    return at < 0 ? NO_HEADERS : decodeTable(view.envelope, at, view.propertiesEnd);
  }
}
