import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AtWrite, ForgeWrite, WriteAnswer, WriteMoment } from '../../../fakes/github/writes.ts';
import { laneId } from '../../../src/lane/messages.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { type SmallPlatform, startPlatform } from '../../promotions/support/platform.ts';
import { type HistoryName, type KillPoint, placeOf } from '../points/point.ts';
import { type CountedWrite, WriteCount, type WritePoints } from '../points/writes.ts';
import type { CrashRig } from '../rig.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { untilAtRest } from './rest.ts';
import { type Resumed, untilResumed } from './resume.ts';
import { playStory, type StoryEnds, storyEnvironments } from './story.ts';
import { type SeenEvent, watchHistory } from './watch.ts';
import { Workers } from './workers.ts';

/** What one kill has cost. */
export interface KillResult extends Resumed {
  readonly point: KillPoint;
  /** The milliseconds from the start of the next worker until it polled. */
  readonly startMs: number;
}

/** What a run has shown. */
export interface RunResult {
  readonly ends: StoryEnds;
  readonly outcome: Outcome;
  readonly kills: readonly KillResult[];
  /** Points that came while the run was still recovering from another one, or when the time was over. */
  readonly crowded: readonly KillPoint[];
  /** Points that this run has not come to. */
  readonly missed: readonly KillPoint[];
  readonly events: readonly SeenEvent[];
  readonly writes: readonly CountedWrite[];
  readonly ms: number;
}

/** What a run is about. */
export interface RunOrder {
  readonly points: readonly KillPoint[];
  readonly writePoints: WritePoints;
  /** Tells whether there is time for another kill; else the run only goes to its end. */
  readonly isTime: () => boolean;
}

/** Plays the story once, and kills the worker at each of the points. Throws where it does not come to its end. */
export async function playRun(rig: CrashRig, order: RunOrder): Promise<RunResult> {
  const { points } = order;
  const run = new CrashRun(rig, order);
  const platform = await startPlatform(storyEnvironments, { atWrite: run.atWrite });
  try {
    return await run.play(platform);
  } catch (error) {
    const log = await readFile(join(platform.directory, 'worker.log'), 'utf8').catch(() => '');
    const where = points.map(({ number }) => `${number} (${placeOf(number)})`).join(', ');
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`a run with kills at ${where || 'no point'} failed: ${why}\n${log.slice(-4000)}`, { cause: error });
  } finally {
    await platform.close();
  }
}

class CrashRun {
  readonly #rig: CrashRig;
  readonly #armed: Map<number, KillPoint>;
  readonly #writePoints: WritePoints;
  readonly #isTime: () => boolean;
  readonly #writes = new WriteCount();
  readonly #events: SeenEvent[] = [];
  readonly #workflowIds = new Map<HistoryName, string>();
  readonly #kills: Promise<KillResult>[] = [];
  readonly #crowded: KillPoint[] = [];
  readonly #over = new AbortController();
  #workers: Workers | undefined;
  #isRecovering = false;

  constructor(rig: CrashRig, { points, writePoints, isTime }: RunOrder) {
    this.#rig = rig;
    this.#isTime = isTime;
    // Each call to the server listens.
    setMaxListeners(0, this.#over.signal);
    this.#armed = new Map(points.map((point) => [point.number, point]));
    this.#writePoints = writePoints;
  }

  readonly atWrite: AtWrite = (write, moment) => {
    const key = this.#writes.count(write, moment);
    const isKilled = this.#killAt(this.#writePoints.numberOf(key, moment));
    return isKilled ? this.#answerOf(write, moment) : 'go on';
  };

  /** What a killed worker only asked for does not happen; what git does already, it does to its end. */
  #answerOf(write: ForgeWrite, moment: WriteMoment): WriteAnswer {
    if (moment === 'asked') this.#writes.forget(write);
    return moment === 'under way' ? 'go on' : 'hang up';
  }

  async play(platform: SmallPlatform): Promise<RunResult> {
    const { client } = this.#rig;
    const taskQueue = `crash-${randomUUID().slice(0, 13)}`;
    const began = Date.now();
    const workers = new Workers(this.#rig, platform, taskQueue);
    this.#workers = workers;
    const watches: Promise<void>[] = [];
    const watch = (history: HistoryName, workflowId: string) => {
      this.#workflowIds.set(history, workflowId);
      const onEvent = (event: SeenEvent) => this.#see(event);
      watches.push(watchHistory(client, { history, workflowId }, { onEvent, signal: this.#over.signal }));
    };
    try {
      await workers.start().polls;
      for (const { name } of storyEnvironments) watch(`lane of ${name}` as HistoryName, laneOf(platform, name));
      const story = playStory({ platform, client, taskQueue }, watch).then(async (ends) => {
        // A lane still records what the last operation left behind when that has ended.
        await untilAtRest(
          client,
          storyEnvironments.map(({ name }) => laneOf(platform, name)),
        );
        return ends;
      });
      const ends = await Promise.race([story, failed(watches)]);
      const ms = Date.now() - began;
      const kills = await Promise.all(this.#kills);
      const outcome = await outcomeOf(platform);
      const missed = [...this.#armed.values()];
      return {
        ends,
        outcome,
        kills,
        crowded: this.#crowded,
        missed,
        events: this.#events,
        writes: this.#writes.all,
        ms,
      };
    } finally {
      this.#over.abort();
      await Promise.allSettled([...watches, ...this.#kills]);
      workers.latest.kill();
      await workers.latest.ended;
    }
  }

  #see(event: SeenEvent): void {
    this.#events.push(event);
    this.#killAt(event.number);
  }

  #killAt(number: number | undefined): boolean {
    const point = number === undefined ? undefined : this.#armed.get(number);
    if (!point || !this.#workers) return false;
    this.#armed.delete(point.number);
    if (this.#isRecovering || !this.#isTime()) {
      this.#crowded.push(point);
      return false;
    }
    this.#isRecovering = true;
    this.#workers.latest.kill();
    const kill = this.#recover(point, this.#workers, Date.now()).finally(() => {
      this.#isRecovering = false;
    });
    kill.catch(() => undefined);
    this.#kills.push(kill);
    return true;
  }

  async #recover(point: KillPoint, workers: Workers, at: number): Promise<KillResult> {
    const next = workers.start();
    const watched = [...this.#workflowIds].map(([history, workflowId]) => ({
      history,
      workflowId,
      events: () => this.#events.filter((event) => event.history === history),
    }));
    const resumed = await untilResumed(this.#rig.client, { at, nextIdentity: next.identity }, watched);
    return { point, startMs: await next.polls, ...resumed };
  }
}

function laneOf({ forge, names }: SmallPlatform, environment: string): string {
  return laneId(platformId(`${forge.url}/${names.gitops}`), environment);
}

/** Rejects when one of them does. */
function failed(watches: readonly Promise<void>[]): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const watch of watches) watch.catch(reject);
  });
}
