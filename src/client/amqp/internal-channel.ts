import { captureStack } from '../errors.ts';
import { Channel } from './channel.ts';
import type { ChannelHost } from './ports.ts';

/** A channel of the library's own. It does not outlive the link it was opened on. */
export class InternalChannel extends Channel {
  constructor(host: ChannelHost) {
    super(host, undefined);
    this.on('error', () => {
      // Whoever made the request that failed is told as well.
    });
  }

  override get waitsForLink(): boolean {
    return false;
  }

  override suspend(): void {
    this.connectionClosed(captureStack('Connection lost'));
  }

  override async restore(): Promise<void> {}
}
