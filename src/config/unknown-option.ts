import { closest } from './closest.ts';
import { OptionError } from './option-error.ts';

/**
 * The refusal of a name nobody knows, with the one that was probably meant and all there are.
 *
 * @param what how the name is introduced, such as `unknown option`
 */
export function unknownOption(what: string, name: string, valid: readonly string[]): OptionError {
  const meant = closest(name, valid);
  const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
  return new OptionError(`${what} ${name}${suggestion} (valid: ${valid.join(', ')})`);
}
