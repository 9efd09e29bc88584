/**
 * Where a long name may go on in the next line: behind what separates its words, but not within an
 * address such as 127.0.0.1:5672.
 */
export function nameParts(name: string): readonly string[] {
  return name.split(/(?<=[._/:>-])(?<!\d[.:](?=\d))(?=[^._/:>-])/);
}
