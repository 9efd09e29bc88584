/**
 * An option that is unknown, unacceptable or contradictory. The message is one line, whatever the
 * operator wrote: line breaks and other control characters in it have become spaces.
 */
export class OptionError extends Error {
  override readonly name = 'OptionError';

  constructor(message: string) {
    super(message.replace(/\p{Cc}+/gu, ' '));
  }
}
