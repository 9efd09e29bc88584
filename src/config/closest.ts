/** Share of a word that may be mistyped before a suggestion is more likely wrong than right. */
const MISTYPED_SHARE_MAX = 0.5;

/** The one of `words` that `word` most likely means, or null when none resembles it. */
export function closest(word: string, words: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.floor(word.length * MISTYPED_SHARE_MAX) + 1;
  for (const candidate of words) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance: characters to insert, delete or replace to turn one word into another. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const deleted = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
