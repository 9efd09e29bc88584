/** A set of positions of which the smallest comes out first: a binary heap of plain numbers. */
export class PositionHeap {
  private readonly positions: number[] = [];

  get size(): number {
    return this.positions.length;
  }

  /** The smallest position, or -1 when there is none. */
  peek(): number {
    return this.positions.length === 0 ? -1 : this.positions[0];
  }

  push(position: number): void {
    const positions = this.positions;
    let index = positions.length;
    positions.push(position);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (positions[parent] <= position) break;
      positions[index] = positions[parent];
      index = parent;
    }
    positions[index] = position;
  }

  /** Takes out the smallest position; -1 when there is none. */
  pop(): number {
    const positions = this.positions;
    const smallest = this.peek();
    const moved = positions.pop();
    if (moved === undefined || positions.length === 0) return smallest;
    const length = positions.length;
    let index = 0;
    for (let child = 1; child < length; child = 2 * index + 1) {
      if (child + 1 < length && positions[child + 1] < positions[child]) child++;
      if (positions[child] >= moved) break;
      positions[index] = positions[child];
      index = child;
    }
    positions[index] = moved;
    return smallest;
  }
}
