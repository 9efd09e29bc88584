import type { MethodToSend } from '../../wire/methods.ts';
import type { Method } from '../../wire/spec.ts';
import { InternalChannel } from '../amqp/internal-channel.ts';

/** The channel on which the topology is restored. */
export class RecoveryChannel extends InternalChannel {
  /** Opens the channel. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.openChannel((error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** Sends a method and resolves with the answer. */
  ask(method: MethodToSend, expected: Method['name']): Promise<Method> {
    return new Promise((resolve, reject) => {
      this.request(method, [expected], (error, answer) => {
        if (answer === null) reject(error);
        else resolve(answer);
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
