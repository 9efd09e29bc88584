const MIB = 1024 * 1024;
/** `value` with three significant digits and k, M for thousands and millions: 1.23 M. */
export function shortFigure(value) {
    if (value >= 1e6)
        return `${(value / 1e6).toPrecision(3)} M`;
    if (value >= 1e3)
        return `${(value / 1e3).toPrecision(3)} k`;
    return value.toPrecision(3);
}
/** Median with the least and the greatest in brackets. */
export function spreadFigure(spread) {
    return `${shortFigure(spread.median)} (${shortFigure(spread.min)} - ${shortFigure(spread.max)})`;
}
/** Octets as MiB. */
export function mebibytes(octets) {
    return `${(octets / MIB).toFixed(0)} MiB`;
}
/** Nanoseconds as microseconds, to a tenth while that can matter. */
export function microseconds(timeNs) {
    const timeUs = timeNs / 1000;
    return timeUs < 1000 ? timeUs.toFixed(1) : timeUs.toFixed(0);
}
//# sourceMappingURL=figures.js.map