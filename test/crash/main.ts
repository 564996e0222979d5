import { loadavg } from 'node:os';
import { readOptions } from './options.ts';
import { choosePoints, partIntoRuns, shuffled } from './points/choose.ts';
import { type KillPoint, placeOf } from './points/point.ts';
import { pointsOfWrite, WritePoints } from './points/writes.ts';
import { startRig } from './rig.ts';
import { difference } from './run/outcome.ts';
import { type KillResult, playRun, type RunResult } from './run/run.ts';
import { percentile, tableText, targets, timesByKind } from './table.ts';

/*
 * Kills the worker of a promotion, a config change and a rollback: after every event of their histories, and around every
 * write to the forge. Compares what each run leaves with the run without a kill, and says how soon each went on.
 */

const options = readOptions(process.argv.slice(2));
const began = Date.now();
const rig = await startRig();
const kills: KillResult[] = [];
const failures: string[] = [];
let runs = 0;
let notTried: readonly KillPoint[] = [];
try {
  const reference = await playRun(rig, { points: [], writePoints: new WritePoints([]), isTime });
  const all = pointsOf(reference);
  const chosen = choosePoints(all, options.points, options.seed);
  console.log(
    `${all.length} kill points, ${chosen.length} of them chosen, seed ${options.seed}; the story without a kill takes ${seconds(reference.ms)}: ${reference.ends.join('; ')}`,
  );
  const writePoints = new WritePoints(reference.writes);
  let waiting = shuffled(partIntoRuns(all, chosen, options.killsOfRun), options.seed).slice(options.after);
  // What came too soon after another kill is tried again, in a run with fewer of them.
  for (let size = options.killsOfRun; waiting.length > 0 && isTime(); size = Math.ceil(size / 2)) {
    const again: KillPoint[] = [];
    const playInTurn = async () => {
      for (let points = waiting.shift(); points !== undefined && isTime(); points = waiting.shift())
        again.push(...(await play(points, { reference, writePoints })));
    };
    await Promise.all(Array.from({ length: options.sideBySide }, playInTurn));
    notTried = [...waiting.flat(), ...again];
    waiting = isTime() && size > 1 ? [...partIntoRuns(all, again, Math.ceil(size / 2))] : [];
  }
} finally {
  await rig.close();
}
report();

function isTime(): boolean {
  return options.minutes === undefined || Date.now() - began < options.minutes * 60_000;
}

interface Compared {
  readonly reference: RunResult;
  readonly writePoints: WritePoints;
}

/** Plays one run, and answers the points that it has not tried. */
async function play(points: readonly KillPoint[], { reference, writePoints }: Compared): Promise<readonly KillPoint[]> {
  runs += 1;
  const numbers = points.map(({ number }) => number).join(',');
  try {
    const result = await playRun(rig, { points, writePoints, isTime });
    kills.push(...result.kills);
    const ends = result.ends.join('; ');
    if (ends !== reference.ends.join('; ')) fail(`--points ${numbers},: it ended as ${ends}`);
    const differs = difference(reference.outcome, result.outcome);
    if (differs !== undefined) fail(`--points ${numbers},: ${differs}`);
    const slowest = Math.max(0, ...result.kills.map(({ ms = 0 }) => ms));
    console.log(
      `run ${runs}: ${result.kills.length} kills in ${seconds(result.ms)}, slowest to resume ${seconds(slowest)}`,
    );
    for (const { point, ms, last, offeredMs = 0, startMs } of result.kills)
      if (ms !== undefined && ms > targets.median)
        console.log(
          `${point.number} (${placeOf(point.number)}, ${point.kind}): ${seconds(ms)}, offered after ${seconds(offeredMs)}, worker polled after ${seconds(startMs)}; last came ${last}`,
        );
    return [...result.crowded, ...result.missed];
  } catch (error) {
    fail(`--points ${numbers},: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** Says a failure at once: whoever ends a long run by hand has seen it. */
function fail(failure: string): void {
  failures.push(failure);
  console.log(`\nFAILED ${failure}\n`);
}

/** Lists the points of the run without a kill, in the order in which it came to them. */
function pointsOf({ events, writes }: RunResult): readonly KillPoint[] {
  const atEvents = events.map(({ number, type, at }) => ({ at, point: { number, kind: `event: ${type}` } }));
  const atWrites = writes.flatMap((write, index) =>
    pointsOfWrite(write, index).map((point) => ({ at: write.at, point })),
  );
  return [...atEvents, ...atWrites]
    .sort((a, b) => a.at - b.at || a.point.number - b.point.number)
    .map(({ point }) => point);
}

function report(): void {
  const rows = timesByKind(kills);
  console.log(`\n${tableText(rows)}\n`);
  const starts = kills.map(({ startMs }) => startMs);
  console.log(
    `${kills.length} kills in ${runs} runs and ${seconds(Date.now() - began)}, load ${loadavg()[0]?.toFixed(1)}; a worker polls ${seconds(percentile(starts, 0.5))} after its start (95th percentile ${seconds(percentile(starts, 0.95))})`,
  );
  if (notTried.length > 0) console.log(`not tried: ${notTried.map(({ number }) => number).join(', ')}`);
  if (kills.length === 0) fail('nothing was killed');
  else if (failures.length > 0) console.log(`${failures.length} failed, see above`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
