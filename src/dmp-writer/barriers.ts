/**
 * When a queue becomes a feed, main still holds contents that are older than those a shard sends
 * from then on. So the shard sends a barrier, and its ring is not read on before main's barrier
 * with the same number for the same feed has come: the older contents came before that.
 */
export class Barriers {
  /** Numbers of main's barriers, by slot, that no shard has come to yet. */
  private readonly arrived = new Map<number, Set<number>>();
  /** Those that a shard hasn't waited for. */
  private readonly overdue = new Map<number, Set<number>>();

  /** Main's barrier has come. */
  arrive(slot: number, barrier: number): void {
    if (!remove(this.overdue, slot, barrier)) add(this.arrived, slot, barrier);
  }

  /** Whether main's half of a shard's barrier has come; it is forgotten then. */
  pass(slot: number, barrier: number): boolean {
    return remove(this.arrived, slot, barrier);
  }

  /** The shard goes on although main's half hasn't come; it means nothing when it does. */
  giveUp(slot: number, barrier: number): void {
    add(this.overdue, slot, barrier);
  }

  /** The feed has ended. */
  forget(slot: number): void {
    this.arrived.delete(slot);
    this.overdue.delete(slot);
  }
}

function add(sets: Map<number, Set<number>>, slot: number, barrier: number): void {
  const set = sets.get(slot);
  if (set === undefined) sets.set(slot, new Set([barrier]));
  else set.add(barrier);
}

function remove(sets: Map<number, Set<number>>, slot: number, barrier: number): boolean {
  const set = sets.get(slot);
  if (set === undefined || !set.delete(barrier)) return false;
  if (set.size === 0) sets.delete(slot);
  return true;
}
