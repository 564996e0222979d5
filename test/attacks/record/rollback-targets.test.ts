import { describe, expect, it } from 'vitest';
import { record } from '../../../src/activities/record/record.ts';
import { recordName } from '../../../src/record/entry.ts';
import { printEntry } from '../../../src/record/lines.ts';
import { newKey } from '../../support/fixtures/signing-keys.ts';
import { type Deployment, healthy, mainOf, usePlans } from '../../unit/activities/rollback/rollback-plans.ts';

const { world, deploy, plan } = usePlans();
const key = newKey();

let seconds = 0;
/** Answers a time that is later than the last one. */
const later = () => new Date(Date.UTC(2026, 1, 3) + 1000 * seconds++).toISOString();

/** From here on the platform lists the key, and the worker signs with it. */
function sign(): void {
  const file = world().source.git(['show', 'main:fairlead.yaml']);
  world().source.commit('main', { 'fairlead.yaml': `${file}\nrecord: { publicKeys: ["${key.listed}"] }\n` });
  Object.assign(world().dependencies, { signingKey: key.secret });
}

/** Says of a pair that it was healthy, as whoever may push notes does. */
function forge({ revision, commit }: Deployment): void {
  const entry = { time: later(), event: 'promoted', operation: 'promotion', ...revision, ...healthy } as const;
  const { gitops } = world();
  gitops.git(['notes', `--ref=${recordName('qa')}`, 'append', '-m', printEntry(entry), commit]);
}

/** Deploys a version; a worker records whether it was healthy. */
async function release(version: string, isHealthy: boolean): Promise<Deployment> {
  const deployment = await world().deploy('promotion', world().release(version));
  const entry = { operation: 'promotion', ...deployment.revision } as const;
  const events = isHealthy ? (['deployed', 'promoted'] as const) : (['deployed'] as const);
  for (const event of events) {
    const health = event === 'promoted' ? healthy : {};
    const order = { ...world().place, entry: { ...entry, time: later(), event, ...health }, commit: deployment.commit };
    await record(world().dependencies, order);
  }
  return deployment;
}

describe('A line that calls a bad commit healthy, so that a rollback goes there,', () => {
  it('counts for nothing where the record is signed', async () => {
    sign();
    const good = await release('1', true);
    const bad = await release('2', false);
    await release('3', false);
    forge(bad);
    expect(await plan()).toMatchObject({ kind: 'go', target: { main: mainOf(good) } });
    expect(await plan({ to: mainOf(bad) }).catch((error: Error) => error)).toMatchObject({ type: 'Refused' });
  });

  it('is a claim of whoever may push notes where no key is listed', async () => {
    await release('1', true);
    const bad = await release('2', false);
    await release('3', false);
    forge(bad);
    expect(await plan()).toMatchObject({ kind: 'go', target: { main: mainOf(bad) } });
  });

  it.each([
    ['beside main', () => world().source.commit('aside', { 'apps/web/web.yaml': 'kind: Elsewhere\n' })],
    ['that nobody has', () => 'd'.repeat(40)],
  ])('leads to no commit %s, signed or not', async (_, commit) => {
    const good = await deploy('promotion', world().release('1'));
    const bad = await deploy('promotion', world().release('2'), false);
    forge({ revision: { ...bad.revision, main: commit() }, commit: good.commit });
    expect(await plan()).toMatchObject({ kind: 'go', target: { main: mainOf(good) } });
  });
});
