/** Where a long name may go on in the next line: behind what separates its words. */
export function nameParts(name: string): readonly string[] {
  return name.split(/(?<=[._/:>-])(?=[^._/:>-])/);
}
