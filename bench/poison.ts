import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { poisons } from './poison/poisons.ts';
import { besidePoison } from './poison/scene.ts';
import { machine, summary } from './support/report.ts';

/**
 * One worker serves two platforms. While a poisoned commit is promoted on one, the other one's promotion is asked for its
 * status, and its environments are approved. Fails where the other platform is not promoted, or a credential went out in
 * plain text; times are only printed. `--poison` runs some alone, by their names with commas between.
 */
const { values } = parseArgs({
  options: { poison: { type: 'string', default: '' }, approvals: { type: 'string', default: '5' } },
});
const targetMs = { status: 1_000, merge: 5_000 };
const wanted = values.poison === '' ? [...poisons.keys()] : values.poison.split(',');
const unknown = wanted.filter((name) => !poisons.has(name));
if (unknown.length > 0)
  throw new Error(`there is no poison ${unknown.join(', ')}; there are ${[...poisons.keys()].join(', ')}`);

console.log(`${machine()}; load before: ${loadavg()[0]?.toFixed(1)}`);
console.log(`targets: status ${targetMs.status} ms, approval to merge ${targetMs.merge} ms, each the longest\n`);
const columns = [
  'poison',
  'status',
  'approval to merge',
  'longest stall of the bench',
  'memory',
  'load',
  'the poisoned promotion',
];
console.log(`| ${columns.join(' | ')} |\n|${columns.map(() => '---|').join('')}`);
const shownOf = new Map<string, readonly string[]>();
// Where a scene has failed, its connection is closed, and what still asked by it says so.
process.on('uncaughtException', (error) => {
  if (!error.message.includes('Channel has been shut down')) throw error;
});
for (const name of wanted) {
  const figures = await besidePoison(poisons.get(name) ?? {}, Number(values.approvals)).catch((error: unknown) => {
    console.log(
      `| ${name} | failed | | | | ${loadavg()[0]?.toFixed(1)} | ${String(error).replaceAll(/[\n|]/g, ' ')} |`,
    );
    process.exitCode = 1;
  });
  if (figures === undefined) continue;
  const { statusMs, mergeMs, ownStallMs, outcome, peakMiB, load, shown } = figures;
  if (shown.length > 0) shownOf.set(name, shown);
  const cells = [
    name,
    times(statusMs, targetMs.status),
    times(mergeMs, targetMs.merge),
    `${Math.round(ownStallMs)} ms`,
    `${peakMiB} MiB`,
    load.toFixed(1),
    // Whoever looks at the table is not steered by it, either.
    JSON.stringify(outcome.replaceAll('|', '/')).slice(1, -1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
for (const [name, shown] of shownOf)
  console.log(`\n${name}: what the forge shows\n${shown.map((text) => JSON.stringify(text)).join('\n')}`);

function times(values: readonly number[], target: number): string {
  const longest = Math.round(Math.max(...values));
  return `median ${summary(values).median} ms, longest ${longest} ms of ${values.length}${longest > target ? ' (missed)' : ''}`;
}
