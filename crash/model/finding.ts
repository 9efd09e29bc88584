/** What is wrong. */
export type FindingKind =
  | 'lost'
  | 'came back'
  | 'twice'
  | 'unknown'
  | 'garbled'
  | 'order'
  | 'redelivered'
  | 'transaction'
  | 'topology'
  | 'length'
  | 'stalled'
  | 'broker';

/** A broken promise, with what led to it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
  readonly story: readonly string[];
}
