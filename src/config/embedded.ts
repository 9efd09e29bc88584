import { completeOptions } from './complete.ts';
import { thisMachine } from './machine.ts';
import type { BrokerOptions } from './options.ts';

/**
 * Options for a broker inside a program: everything runs in the calling thread and nothing is
 * logged unless the program asks for it.
 *
 * @throws OptionError for an unknown, unacceptable or contradictory option
 */
export async function embeddedOptions(given: Partial<BrokerOptions>): Promise<BrokerOptions> {
  if (given.users !== undefined && given.users.length > 0) {
    // Loaded on demand: most programs have no users, and the schema takes as long as the broker.
    const { readUsers } = await import('./users-schema.ts');
    return completeOptions(
      { ...given, users: readUsers(given.users, 'users') },
      'program',
      thisMachine(),
    );
  }
  return completeOptions(given, 'program', thisMachine());
}
