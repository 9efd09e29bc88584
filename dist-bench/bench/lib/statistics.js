/**
 * The spread of `values`.
 * @throws RangeError if there are none
 */
export function spreadOf(values) {
    if (values.length === 0)
        throw new RangeError('No values to take the median of');
    const sorted = values.toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}
//# sourceMappingURL=statistics.js.map