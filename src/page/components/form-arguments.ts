import { ApiError } from '../api/api-error.ts';
import { parseArguments } from '../model/arguments.ts';
import { textOf } from './form.tsx';

/** The arguments that a text field of a form holds. @throws {ApiError} that says what is wrong. */
export function argumentsOf(values: FormData, name: string): Record<string, unknown> {
  const parsed = parseArguments(textOf(values, name));
  if (!parsed.ok) throw new ApiError(400, parsed.problem);
  return parsed.value;
}
