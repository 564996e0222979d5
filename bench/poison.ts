import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Poison, poisons } from './poison/commits.ts';
import { besidePoison } from './poison/scene.ts';
import { machine, summary } from './support/report.ts';

/**
 * One worker serves two platforms. While a poisoned commit is promoted on one, the other one's promotion is asked for its
 * status, and its environments are approved. Fails where the other platform is not promoted; times are only printed.
 * `--poison` runs one alone: `none`, `unassigned`, `assigned` or `within`.
 */
const { values } = parseArgs({
  options: { poison: { type: 'string', default: '' }, approvals: { type: 'string', default: '5' } },
});
const targetMs = { status: 1_000, merge: 5_000 };

console.log(`${machine()}; load before: ${loadavg()[0]?.toFixed(1)}`);
console.log(`targets: status ${targetMs.status} ms, approval to merge ${targetMs.merge} ms, each the longest\n`);
const columns = [
  'poison',
  'status',
  'approval to merge',
  'longest stall of the bench',
  'memory',
  'the poisoned promotion',
];
console.log(`| ${columns.join(' | ')} |\n|${columns.map(() => '---|').join('')}`);
for (const poison of Object.keys(poisons) as Poison[]) {
  if (values.poison !== '' && values.poison !== poison) continue;
  const { statusMs, mergeMs, ownStallMs, outcome, peakMiB } = await besidePoison(poison, Number(values.approvals));
  const cells = [
    poison,
    times(statusMs, targetMs.status),
    times(mergeMs, targetMs.merge),
    `${Math.round(ownStallMs)} ms`,
    `${peakMiB} MiB`,
    outcome.replaceAll('|', '/'),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

function times(values: readonly number[], target: number): string {
  const longest = Math.round(Math.max(...values));
  return `median ${summary(values).median} ms, longest ${longest} ms of ${values.length}${longest > target ? ' (missed)' : ''}`;
}
