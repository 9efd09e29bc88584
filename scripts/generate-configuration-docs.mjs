// Writes the option tables of docs/configuration.md from the table of options. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { withOptionTables } from '../dist/config/markdown.js';

const page = new URL('../docs/configuration.md', import.meta.url);
writeFileSync(page, withOptionTables(readFileSync(page, 'utf8')));
