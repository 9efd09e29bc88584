import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import { InternalChannel } from '../amqp/internal-channel.ts';
import type { Fields } from '../amqp/method-fields.ts';

/** The channel on which the topology is restored. */
export class RecoveryChannel extends InternalChannel {
  /** Opens the channel. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.openChannel((error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** Sends a method and resolves with the fields of the answer. */
  asks<N extends Method['name']>(method: MethodToSend, expected: N): Promise<Fields<N>> {
    return new Promise((resolve, reject) => {
      this.ask(method, expected, (...[error, fields]) => {
        if (error === null) resolve(fields);
        else reject(error);
      });
    });
  }

  /** Closes the channel. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.closeOrderly(resolve);
    });
  }
}
