// Ends with 1 when this Node.js is older than package.json's "engines" demand.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const [major, minor] = engines.node.match(/\d+/g).map(Number);
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
const enough = ownMajor > major || (ownMajor === major && ownMinor >= minor);
console.log(`Node.js ${process.versions.node}, needed: ${engines.node}`);
process.exitCode = enough ? 0 : 1;
