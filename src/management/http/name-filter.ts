import { runInNewContext } from 'node:vm';
import { badRequest } from '../link/api-error.ts';

/**
 * How long a client's regular expression may take for all names, in milliseconds: some take longer
 * than the sun will shine, and nobody else is answered meanwhile.
 */
const REGEX_TIMEOUT_MS = 500;
const PATTERN_CHARACTERS_MAX = 1000;

/**
 * Which of `names` match what a client has typed.
 * @param regex whether it is a regular expression; else a part of the name, in any case
 * @throws ApiError 400 for an expression that is invalid, or that takes too long
 */
export function matchNames(names: readonly string[], typed: string, regex: boolean): boolean[] {
  if (!regex) {
    const wanted = typed.toLowerCase();
    return names.map((name) => name.toLowerCase().includes(wanted));
  }
  if (typed.length > PATTERN_CHARACTERS_MAX) {
    throw badRequest(`name has more than ${PATTERN_CHARACTERS_MAX} characters`);
  }
  const pattern = expressionOf(typed);
  try {
    return runInNewContext(
      'names.map((name) => pattern.test(name))',
      { names, pattern },
      { timeout: REGEX_TIMEOUT_MS },
    ) as boolean[];
  } catch {
    throw badRequest(`the regular expression takes longer than ${REGEX_TIMEOUT_MS} ms`);
  }
}

function expressionOf(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw badRequest(`invalid regular expression: ${(error as Error).message}`);
  }
}
