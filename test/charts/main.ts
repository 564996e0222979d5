/**
 * Tries charts: `npm run docs:charts -- FOLDER… [--write] [--least N]`. Each chart below the folders is fetched from a
 * registry on this machine, as `fairlead vendor` does, and rendered with its default values. It prints the table of
 * docs/charts.md, or writes it there. With `--least` it fails if fewer charts render. Nothing is asked of the network.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { collectCharts } from './collect.ts';
import { chartTable } from './table.ts';
import { tryAll } from './try-all.ts';

const page = 'docs/charts.md';
const [begin, end] = ['<!-- table -->', '<!-- end of table -->'];

const { values, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, least: { type: 'string' } },
});
if (folders.length === 0) {
  process.stderr.write('Usage: npm run docs:charts -- FOLDER… [--write] [--least N]\n');
  process.exitCode = 2;
} else {
  const results = await tryAll(folders.flatMap(collectCharts), (line) => process.stderr.write(`${line}\n`));
  if (values.write) writeTable(chartTable(results));
  else process.stdout.write(chartTable(results));
  const rendered = results.filter(({ problem }) => problem === undefined).length;
  if (rendered < Number(values.least ?? 0)) {
    process.stderr.write(`${rendered} charts render, and at least ${values.least} did before.\n`);
    process.exitCode = 1;
  }
}

function writeTable(table: string): void {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no ${begin} … ${end}.`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${table}${text.slice(to)}`);
}
