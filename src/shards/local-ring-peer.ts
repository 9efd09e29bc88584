import type { RingReaderPeer, RingWriterPeer } from '../ring/ring-peer.ts';
import { exactContent } from './exact-content.ts';

/** What the two ends of a ring tell each other if they are in the same thread. */
export class LocalRingPeer implements RingReaderPeer, RingWriterPeer {
  private readonly large = new Map<number, SharedArrayBuffer>();
  private readonly onWake: () => void;
  private readonly onSpace: () => void;

  /**
   * @param onWake the reader has rested and there is work: let it pump soon, not now
   * @param onSpace the writer has waited and there is space: let it go on soon, not now
   */
  constructor(onWake: () => void, onSpace: () => void) {
    this.onWake = onWake;
    this.onSpace = onSpace;
  }

  postLarge(id: number, octets: SharedArrayBuffer): void {
    this.large.set(id, octets);
  }

  wake(): void {
    this.onWake();
  }

  takeLarge(id: number): Buffer {
    const octets = this.large.get(id);
    if (octets === undefined) throw new Error(`Large content ${id} was never posted`);
    this.large.delete(id);
    return exactContent(octets);
  }

  grantSpace(): void {
    this.onSpace();
  }
}
