import { expect, it } from 'vitest';
import { definitionsFileName } from '../../src/page/model/definitions-file.ts';

it('exported definitions are in a file that says of what and when', () => {
  const at = new Date('2026-11-27T23:59:00Z');
  expect(definitionsFileName('', at)).toBe('definitions-2026-11-27.json');
  expect(definitionsFileName('/', at)).toBe('definitions-2026-11-27.json');
  expect(definitionsFileName('shop/eu', at)).toBe('definitions-shop-eu-2026-11-27.json');
});
