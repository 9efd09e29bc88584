import { z } from 'zod';
import { OptionError } from './option-error.ts';
import type { UserSettings } from './users.ts';

/** Longest name in octets: it travels as an AMQP short string. */
const NAME_LENGTH_MAX = 255;

const name = z.string().min(1).max(NAME_LENGTH_MAX);
const pattern = z.string().refine(isPattern, { error: 'not a regular expression' });
const permissions = z.strictObject({ configure: pattern, write: pattern, read: pattern });
const usersSchema = z.array(
  z.strictObject({
    name,
    password: z.string(),
    tags: z.array(name).optional(),
    permissions: z.record(name, permissions).optional(),
  }),
);

/**
 * Checks a list of users, the one option whose value is nested.
 *
 * @param where how the place the list comes from is called in an error
 * @throws OptionError naming the first field that is wrong
 */
export function readUsers(value: unknown, where: string): readonly UserSettings[] {
  const result = usersSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map((step) => `[${JSON.stringify(step)}]`).join('') ?? '';
  throw new OptionError(`${where}${path}: ${issue?.message ?? 'not a list of users'}`);
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
