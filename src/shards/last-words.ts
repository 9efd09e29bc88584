import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/**
 * Hears what an ended thread said last, which must not come after the news that it has ended, and
 * closes its port.
 */
export function hearLastWords<Message>(port: MessagePort, hear: (message: Message) => void): void {
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: Message } | undefined;
    if (received === undefined) break;
    hear(received.message);
  }
  port.close();
}
