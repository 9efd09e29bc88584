/** How to get about in a list of pages: the first, the last and those near this one; 0 is a gap. */
export function pageNumbers(page: number, pageCount: number): readonly number[] {
  const near = [1, page - 1, page, page + 1, pageCount].filter(
    (number) => number >= 1 && number <= pageCount,
  );
  const shown = [...new Set(near)].sort((a, b) => a - b);
  return shown.flatMap((number, index) => {
    const before = shown[index - 1] ?? number - 1;
    return number - before > 1 ? [0, number] : [number];
  });
}
