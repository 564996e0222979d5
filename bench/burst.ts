import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { approvals } from './burst/approvals.ts';
import { burst } from './burst/bursts.ts';
import { machine } from './support/report.ts';

/**
 * Many promotions at once on one worker with its default settings: the real process, real git, and stand-ins for forge
 * and fleet. Fails where a promotion fails, where the newest commit is not promoted, and where the worker takes too much
 * memory; times are only printed. `--small` is what CI runs; `--scene` runs one alone: `one`, `many` or `approvals`.
 */
const { values } = parseArgs({
  options: { small: { type: 'boolean', default: false }, scene: { type: 'string', default: '' } },
});
const { count, environments, renders, times } = values.small
  ? { count: 60, environments: 10, renders: 20, times: 2 }
  : { count: 500, environments: 50, renders: 120, times: 10 };
const mostMiB = 700;
const mostApprovalMs = 2_000;

const scenes = {
  one: () => reportBurst(1),
  many: () => reportBurst(environments),
  approvals: reportApprovals,
} as const;
console.log(`${machine()}; load before: ${loadavg()[0]?.toFixed(1)}`);
for (const [name, scene] of Object.entries(scenes)) {
  if (values.scene !== '' && values.scene !== name) continue;
  const peakMiB = await scene();
  console.log(`  peak memory of the worker: ${peakMiB} MiB (target: ${mostMiB} MiB)`);
  if (peakMiB > mostMiB) throw new Error(`the worker took ${peakMiB} MiB, and may take ${mostMiB}`);
}

/** Answers the worker's peak of memory in MiB. */
async function reportBurst(over: number): Promise<number> {
  const { aloneSeconds, seconds, newestSeconds, peakMiB, states } = await burst(count, over);
  const ended = [...states].map(([state, number]) => `${number} ${state}`).join(', ');
  const ratio = (count * aloneSeconds) / seconds;
  console.log(`\n${count} promotions at once, ${over === 1 ? 'one environment' : `${over} environments`}: ${ended}`);
  console.log(`  newest of each environment promoted: ${newestSeconds.toFixed(1)} s`);
  console.log(`  all ended: ${seconds.toFixed(1)} s`);
  console.log(
    `  one alone: ${aloneSeconds.toFixed(1)} s; one after another would take ${ratio.toFixed(1)} times as long`,
  );
  return peakMiB;
}

/** Answers the worker's peak of memory in MiB. */
async function reportApprovals(): Promise<number> {
  const { idle, busy, whileRendering, peakMiB } = await approvals(renders, times);
  const ratio = (busy.median / idle.median).toFixed(1);
  console.log('\nfrom an approval to the merge');
  console.log(`  nothing else to do: median ${idle.median} ms, 95th percentile ${idle.p95} ms`);
  console.log(
    `  while ${renders} renders wait: median ${busy.median} ms, ${ratio} times as long, 95th percentile ${busy.p95} ms (target: ${mostApprovalMs} ms)`,
  );
  console.log(`  approvals merged before the last render was done: ${whileRendering} of ${times}`);
  return peakMiB;
}
