import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Runtime } from '@temporalio/worker';
import { startTemporal } from '../src/cli/dev/temporal.ts';
import { temporalDevServer } from '../src/programs/temporal/dev-server.ts';
import { runSeries, type Taken } from './promotion/series.ts';
import { machine, summary } from './support/report.ts';

/**
 * Orchestration overhead of an environment: from the start of a promotion to its end, less the time spent in the
 * renderer, at the forge (its API, and git with its host) and at Flux. What is left is Temporal, the workflow,
 * git on the mirror, and Fairlead's own work. For comparison, a shell script does the bare steps for each commit. A second
 * series adds to every answer of the forge what it takes on the internet; a third has two environments.
 */
const promotions = Number(process.env.BENCH_PROMOTIONS ?? 50);
const internetMs = 150;

Runtime.install({
  logger: { ...console, log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: () => {} } as never,
});

const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
const temporal = await startTemporal({ program: await temporalDevServer(), logFile: join(directory, 'temporal.log') });
try {
  const series = async (name: string, environments: readonly string[], delayMs: number) => {
    const place = join(directory, name);
    await mkdir(place);
    const shared = { directory: place, temporal: temporal.address, promotions };
    return runSeries({ ...shared, environments, delayMs });
  };
  process.stdout.write(`${machine()}\n`);
  reportOne(await series('near', ['dev'], 0), 'the forge answers at once');
  reportOne(await series('far', ['dev'], internetMs), `every answer of the forge takes ${internetMs} ms more`);
  reportHandover(await series('two', ['dev', 'qa'], 0));
} finally {
  await temporal.child.stop();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

function words(values: readonly number[], unit: string): string {
  const { median, p95 } = summary(values);
  return `median ${median}${unit}, 95th percentile ${p95}${unit}`;
}

function reportOne(taken: readonly Taken[], title: string): void {
  const of = (figure: Exclude<keyof Taken, 'handovers'>) => taken.map((one) => one[figure]);
  const ratio = (summary(of('withForge')).median / summary(of('script')).median).toFixed(1);
  const lines = [
    `${title}, ${taken.length} promotions to one environment`,
    `  orchestration: ${words(of('overhead'), ' ms')} (target: 95th percentile below 300 ms)`,
    `  git with the forge's host, not counted above: ${words(of('remoteGit'), ' ms')}`,
    `  connections of git: ${words(of('connections'), '')} (target: 6); calls of the API: ${words(of('calls'), '')} (target: 7)`,
    `  all but render and Flux: ${words(of('withForge'), ' ms')}`,
    `  a shell script that clones, commits, pushes, opens and merges: ${words(of('script'), ' ms')}; Fairlead takes ${ratio} times as long`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function reportHandover(taken: readonly Taken[]): void {
  const handovers = taken.flatMap((one) => one.handovers);
  const lines = [
    `two environments, ${taken.length} promotions`,
    `  from a merge to the next environment's request: ${words(handovers, ' ms')} (target: 95th percentile below 2 s)`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
