import type { ContentCursor } from '../../wire/dmp-content.ts';
import type { BatchWriter } from '../net/batch-writer.ts';
import type { ConsumeMessage, ReturnedMessage } from '../types/message.ts';
import type * as Options from '../types/options.ts';

/** A channel, as Direct Mode sees it. */
export interface DirectClient {
  /** Messages that may wait before `publish` returns false. */
  readonly highWater: number;
  /** Hands a message to its consumer. */
  dispatch(message: ConsumeMessage): void;
  returned(message: ReturnedMessage): void;
  /** Publishing may go on. */
  drained(): void;
  /** Writes a message as frames to `output`, the connection's own or one that holds them back. */
  writeFrames(
    output: BatchWriter,
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish | undefined,
  ): void;
  /** Writes a content, which lies in `b`, as frames to the connection. */
  writeContent(b: Buffer, cursor: ContentCursor): void;
}
