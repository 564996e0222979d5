import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { furtherBackWords } from '../../../../src/cli/commands/decide/rollback.ts';
import { takenBackLines } from '../../../../src/cli/commands/operate/promote.ts';
import { standingRollback, takenBackSince } from '../../../../src/cli/environments/taken-back.ts';
import type { Io } from '../../../../src/cli/io.ts';
import type { RecordEntry } from '../../../../src/record/entry.ts';
import { at, createWorld, sha, type World } from './environment-world.ts';

let world: World;
let io: Io;

beforeEach(() => {
  world = createWorld();
  const ignore = () => undefined;
  const env = { PATH: process.env.PATH, HOME: world.directory, FAIRLEAD_CACHE: join(world.directory, 'cache') };
  io = { out: ignore, err: ignore, interactive: false, env, cwd: world.directory };
});
afterEach(() => world.close());

/** Adds an entry to the record of qa, on the head of its branch. */
function note(day: number, event: RecordEntry['event'], main: string): void {
  const config = world.source.head('qa') ?? '';
  const operation = event === 'rolled back' ? 'rollback' : 'promotion';
  const entry = { time: at(day), event, main, config, operation, by: 'Ada', reason: 'checkout fails' } as const;
  world.note('qa', world.gitops.head('qa') ?? '', entry);
}

describe('A promotion that was taken back since', () => {
  it('is known by the record, with the environment and what is deployed there now', async () => {
    const [older, commit] = [world.source.head('main') ?? '', world.change('large')];
    note(1, 'promoted', older);
    note(2, 'promoted', commit);
    expect(await takenBackSince(world.source.path, commit, io)).toEqual([]);
    note(3, 'rolled back', older);
    const back = await takenBackSince(world.source.path, commit, io);
    expect(back).toMatchObject([{ environment: 'qa', now: { main: older } }]);
    expect(takenBackLines(back, commit, false)).toEqual([
      `${sha(commit)} was promoted, and was taken back in qa since: main ${sha(older)} is deployed there. To promote it anew: fairlead promote --commit ${sha(commit)} --again.`,
    ]);
    const newer = world.change('huge');
    note(4, 'promoted', newer);
    expect(await takenBackSince(world.source.path, commit, io)).toEqual([]);
  });

  it('is not known where the source cannot be read from here', async () => {
    expect(await takenBackSince('/nowhere/x.git', 'a'.repeat(40), io)).toEqual([]);
  });
});

describe('A rollback of what was rolled back already', () => {
  it('goes further back, and is told so', async () => {
    const [older, commit] = [world.source.head('main') ?? '', world.change('large')];
    note(2, 'promoted', commit);
    expect(await standingRollback(world.source.path, 'qa', io)).toBeUndefined();
    note(3, 'rolled back', older);
    const standing = await standingRollback(world.source.path, 'qa', io);
    expect(standing && furtherBackWords(standing, 'rollback/acme/platform/qa')).toBe(
      `qa was rolled back already, to main ${sha(older)} (2026-03-03 10:00:05Z, Ada (as given): checkout fails). ` +
        'This rollback goes further back, to what was recorded healthy before that. ' +
        'To stop it: fairlead abort rollback/acme/platform/qa --reason "…".',
    );
    expect(await standingRollback(world.source.path, 'dev', io)).toBeUndefined();
    note(4, 'promoted', commit);
    expect(await standingRollback(world.source.path, 'qa', io)).toBeUndefined();
  });
});
