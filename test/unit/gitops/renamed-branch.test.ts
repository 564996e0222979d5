import { describe, expect, it } from 'vitest';
import { recordedHold } from '../../../src/activities/lane/recorded-hold.ts';
import { record } from '../../../src/activities/record/record.ts';
import { readEnvironment } from '../../../src/activities/source/read-environment.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { deployedNow } from '../../../src/gitops/deployed-now.ts';
import { readRecord } from '../../../src/gitops/record/read-record.ts';
import type { GitopsTarget } from '../../../src/platform/types.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { createProofMemory } from '../../../src/record/signing/proof-memory.ts';
import { newKey } from '../../support/fixtures/signing-keys.ts';
import { useWorld } from '../activities/environment-world.ts';

const world = useWorld();
const key = newKey();
const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const held: RecordEntry = { time: at(5), event: 'held', by: 'ann', reason: 'weekend' };

/** The parts of a worker that signs, and has seen nothing yet. */
function worker(): Dependencies {
  const repositories = world().elsewhere();
  return { ...world().dependencies, repositories, signingKey: key.secret, proofs: createProofMemory() };
}

/** Records a deployment and a hold of qa, whose GitOps branch is then called team/qa. */
async function rename(): Promise<GitopsTarget> {
  const { source, gitops, place } = world();
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops.path} }\nstages: [qa]\n`;
  source.commit('main', { 'fairlead.yaml': `${platform}record:\n  publicKeys:\n    - ${key.listed}\n` });
  const { revision, commit } = await world().deploy('promotion', world().release('1'));
  await record(worker(), {
    ...place,
    entry: { ...revision, time: at(1), event: 'deployed', operation: 'promotion' },
    commit,
  });
  await record(worker(), { ...place, entry: held });
  gitops.setBranch('team/qa', world().head);
  gitops.deleteBranch('qa');
  source.commit('qa', {
    'fairlead.yaml':
      'apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: none\ngitops: { branch: team/qa, renamedFrom: qa }\n',
  });
  return (await readEnvironment(worker(), { source: source.path, environment: 'qa' })).gitops;
}

const clock = { now: () => Date.parse(at(20)) };

describe('An environment whose GitOps branch was renamed', () => {
  it('keeps its record, and what holds it', async () => {
    const target = await rename();
    const { source, environment } = world().place;
    const read = await readRecord(worker(), { source, gitops: target });
    expect(read).toMatchObject({ head: undefined, entries: [{ event: 'held' }, { event: 'deployed' }], unproven: [] });
    const place = { source, environment, gitops: target };
    expect((await recordedHold(worker(), place, clock))?.hold).toMatchObject({ by: 'ann', reason: 'weekend' });
    expect((await deployedNow(worker(), place)).deployed).toMatchObject({ ignoredNotes: [] });
  });

  it('is recorded under its new name, as a part of the same record', async () => {
    const target = await rename();
    const { source, environment } = world().place;
    const place = { source, environment, gitops: target };
    await record(worker(), { ...place, entry: { time: at(6), event: 'resumed', by: 'bob' } });
    const { entries, head } = await readRecord(worker(), place);
    expect(entries.map(({ event, holds }) => ({ event, holds }))).toEqual([
      { event: 'resumed', holds: 2 },
      { event: 'held', holds: 1 },
      { event: 'deployed', holds: undefined },
    ]);
    expect(head).toBeDefined();
    expect((await recordedHold(worker(), place, clock))?.hold).toBeUndefined();
    // What was recorded once is not recorded again under the new name.
    await record(worker(), { ...place, entry: held });
    expect((await readRecord(worker(), place)).entries).toHaveLength(3);
  });

  it('is not let go by what is recorded later under the name that it says it had', async () => {
    const target = await rename();
    const { gitops, place: former } = world();
    const place = { ...former, gitops: target };
    await record(worker(), { ...place, entry: { ...held, time: at(8), reason: 'audit' } });
    gitops.setBranch('qa', gitops.head('team/qa') ?? '');
    await record(worker(), { ...former, entry: { time: at(9), event: 'resumed', by: 'bob' } });
    await record(worker(), { ...former, entry: { time: at(10), event: 'overridden', by: 'bob' } });
    const { entries } = await readRecord(worker(), place);
    expect(entries.map(({ event }) => event)).toEqual(['held', 'held', 'deployed']);
    expect((await recordedHold(worker(), place, clock))?.hold).toMatchObject({ reason: 'audit' });
  });

  it('knows nothing of its record where it does not say what it was called', async () => {
    const { repository, branch } = await rename();
    const { source } = world().place;
    expect(await readRecord(worker(), { source, gitops: { repository, branch } })).toMatchObject({ entries: [] });
  });
});
