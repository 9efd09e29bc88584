/** A disk that others fill, and give space back to. */
export interface Disk {
  readonly isFull: boolean;
  /** From now on it has so many octets left. */
  fill(leftOctets: number): void;
  /** From now on it has plenty. */
  giveSpace(): void;
}
