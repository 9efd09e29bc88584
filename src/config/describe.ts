import { COUNT_MAX, OCTETS_MAX, type OptionDefinition } from './option-kinds.ts';
import { formatOctets } from './units.ts';

/** What an option accepts, in a few words. */
export function validText(option: OptionDefinition): string {
  switch (option.kind) {
    case 'text':
      return option.valid;
    case 'integer':
      return option.max === COUNT_MAX ? `${option.min} or more` : `${option.min} to ${option.max}`;
    case 'octets': {
      const min = formatOctets(option.min);
      const range =
        option.max === OCTETS_MAX ? `${min} or more` : `${min} to ${formatOctets(option.max)}`;
      return option.powerOfTwo === true ? `a power of two, ${range}` : range;
    }
    case 'duration':
      return `${option.min} to ${option.max} ${option.unit}`;
    case 'flag':
      return 'true, false';
    case 'choice':
      return option.choices.join(', ');
    case 'memory':
      return `0, a share up to 1, or at least ${formatOctets(option.minOctets)}`;
    case 'names':
      return option.atLeast === 0 ? 'names' : `at least ${option.atLeast} name`;
    case 'users':
      return 'a list of users';
  }
}

/** The default of an option as its user would write it, or how it is computed. */
export function defaultText(option: OptionDefinition): string {
  if (option.defaultText !== undefined) return option.defaultText;
  switch (option.kind) {
    case 'octets':
      return formatOctets(option.default);
    case 'duration':
      return `${option.default} ${option.unit}`;
    case 'names':
      return option.default.join(',');
    default:
      return String(option.default);
  }
}

/** What stands for the value in a usage line: `<count>`, `<size>`, …; empty for a flag. */
export function placeholder(option: OptionDefinition): string {
  switch (option.kind) {
    case 'text':
      return '<text>';
    case 'integer':
      return '<number>';
    case 'octets':
    case 'memory':
      return '<size>';
    case 'duration':
      return '<time>';
    case 'choice':
      return '<word>';
    case 'names':
    case 'users':
      return '<names>';
    case 'flag':
      return '';
  }
}
