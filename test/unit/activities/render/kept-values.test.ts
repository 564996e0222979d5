// cspell:ignore Zmlyc
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderEnvironment } from '../../../../src/activities/render/render-environment.ts';
import { planRollback } from '../../../../src/activities/rollback/plan-rollback.ts';
import { createDiskCache } from '../../../../src/render/cache/disk.ts';
import { ensureRenderer } from '../../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../../src/render/renderer/pool.ts';
import type { Renderer } from '../../../../src/render/types.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { useWorld } from '../environment-world.ts';

let renderer: Renderer;
beforeAll(async () => {
  renderer = createRendererPool({ binary: await ensureRenderer(), size: 1 });
});
afterAll(() => renderer.close());

const world = useWorld(() => renderer);
const file = 'one/infra/grafana/grafana.yaml';
const [first, second] = ['Zmlyc3Q=', 'c2Vjb25k'];

const chart = {
  'infra/grafana/Chart.yaml': 'apiVersion: v2\nname: grafana\nversion: 1.0.0\n',
  'infra/grafana/templates/secret.yaml': `apiVersion: v1
kind: Secret
metadata: {name: grafana}
data:
  password: {{ randAlphaNum 12 | b64enc }}
  user: {{ b64enc "admin" }}
`,
  'infra/grafana/templates/map.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: grafana
  annotations:
    checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}
    rollme: {{ now | date "150405" | quote }}
data: {theme: {{ .Values.theme | quote }}}
`,
  'infra/grafana/values.yaml': 'theme: dark\n',
};

/** A main commit in which the chart's password is answered so. */
function answer(password: string, theme = 'dark', more = ''): string {
  const helm = `namespace: monitoring
unstable:
- {object: ConfigMap grafana, field: metadata.annotations.rollme, drop: true}
- {object: Secret grafana, field: data.password, ${password}}
${more}`;
  const values = { 'infra/grafana/values.yaml': `theme: ${theme}\n` };
  return world().source.commit('main', { ...chart, ...values, 'infra/grafana/helm.yaml': helm });
}

function assign(): void {
  world().source.commit('qa', { 'one/infra/grafana/.gitkeep': '' });
}

/** Has the first password merged, and a later main commit that keeps it. */
async function given() {
  assign();
  const deployed = await world().deploy('promotion', answer(`value: "${first}"`));
  await noteHealthy(deployed);
  return deployed;
}

const textAt = (commit: string) => world().gitops.git(['show', `${commit}:${file}`]);

/** Changes the password on the branch by hand, as a rotation does. */
function rotate(): void {
  world().gitops.commit('qa', { [file]: `${textAt('qa').replace(first, second)}\n` });
}

describe('A value that the branch holds', () => {
  it('is kept, so that nothing changes when it takes the place of the same one in helm.yaml', async () => {
    const { revision, commit } = await given();
    const main = answer('keep: true');
    const rendered = await world().render('promotion', main);
    expect(rendered).toMatchObject({ kind: 'unchanged', deployed: revision });
    await world().note({ main, config: revision.config }, commit);
    expect(await world().deployed()).toMatchObject({ revision: { main }, ignoredNotes: [] });
  });

  it('stays when a person changes it there, and the request does not call that a lost edit', async () => {
    await given();
    const noChecksum = '- {object: ConfigMap grafana, field: metadata.annotations.checksum/secret, drop: true}\n';
    const deployed = await world().deploy('promotion', answer('keep: true', 'light', noChecksum));
    await world().note({ ...deployed.revision }, deployed.commit);
    rotate();
    const rendered = await world().render('promotion', answer('keep: true', 'plain', noChecksum));
    if (rendered.kind !== 'changed') throw new Error(rendered.kind);
    expect(rendered.lostEdits).toEqual([]);
    expect(textAt(rendered.commit)).toContain(`password: ${second}`);
    expect(textAt(rendered.commit)).toContain('theme: plain');
  });

  it('is asked for where the branch holds none, without a word of what the chart would make up', async () => {
    assign();
    const failure = await world()
      .render('promotion', answer('keep: true'))
      .catch((error: unknown) => error);
    const main = world().source.head('main')?.slice(0, 8);
    expect(failure).toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining(
        `main ${main}, infra/grafana/helm.yaml, line 4: unstable: Secret grafana, data.password is to be kept`,
      ),
    });
    expect(String(failure)).toContain('value: ');
  });

  it('proves that what is overwritten on our branch was rendered by us', async () => {
    await given();
    await world().deploy('promotion', answer('keep: true', 'light'));
    for (const theme of ['one', 'two']) {
      world().source.commit('qa', { 'one/infra/grafana/values.yaml': `theme: ${theme}\n` });
      const rendered = await world().render('config change');
      expect(rendered).toMatchObject({ kind: 'changed', branch: 'configure/qa' });
      expect(rendered).not.toHaveProperty('overwritten');
    }
  });

  it('is kept by a rollback, which finds its target by rendering it', async () => {
    const { good, plan } = await broken();
    expect(await plan()).toMatchObject({ kind: 'go', target: { main: good.revision.main } });
  });

  it('is kept by a rollback also where it looks for what renders as what is deployed', async () => {
    const { good, bad, plan } = await broken();
    const main = world().document('more');
    const rendered = await world().render('promotion', main);
    if (rendered.kind !== 'unchanged') throw new Error(rendered.kind);
    await noteHealthy({ revision: rendered.revision, commit: bad.commit });
    await noteHealthy(bad);
    // With the config of today every pair renders to something else than the branch has.
    world().configure('3');
    expect(await plan()).toMatchObject({ kind: 'go', target: { main: good.revision.main } });
  });
});

type Deployment = Awaited<ReturnType<ReturnType<typeof world>['deploy']>>;

async function noteHealthy({ revision, commit }: Deployment): Promise<void> {
  await world().note({ ...revision }, commit);
  await world().note({ ...revision, event: 'promoted', clusters: { total: 1, healthy: 1 } }, commit);
}

/** A good release and a bad one, both of which keep the password. */
async function broken() {
  await given();
  const good = await world().deploy('promotion', answer('keep: true', 'light'));
  await noteHealthy(good);
  const bad = await world().deploy('promotion', answer('keep: true', 'broken'));
  await world().note({ ...bad.revision }, bad.commit);
  const { source, environment } = world().place;
  const order = { source, environment, by: 'ann', reason: 'errors', config: 'today' as const, force: false };
  return { good, bad, plan: () => planRollback(world().dependencies, order) };
}

describe('The same commits and the same head', () => {
  it.each([
    ['drop: true', undefined],
    [`value: "${second}"`, second],
    ['keep: true', first],
  ])('give the same commit on every worker, with %s', async (answered, password) => {
    await given();
    const cache = temporaryDirectory('leaves');
    // The one worker has rendered before, on another head; the other has seen nothing yet.
    const seasoned = { ...world().dependencies, leafCache: createDiskCache({ directory: cache.path }) };
    const main = answer(answered, 'light');
    const order = { ...world().place, operation: 'promotion', config: world().config, main } as const;
    const before = await renderEnvironment(seasoned, order);
    world().gitops.commit('qa', { 'NOTES.md': 'more\n' });
    const again = await renderEnvironment(seasoned, order);
    const fresh = createRendererPool({ binary: await ensureRenderer(), size: 1 });
    const repositories = world().elsewhere();
    const elsewhere = await renderEnvironment({ ...world().dependencies, repositories, renderer: fresh }, order);
    await fresh.close();
    cache.remove();
    if (before.kind !== 'changed' || again.kind !== 'changed') throw new Error(`${before.kind}, ${again.kind}`);
    expect(elsewhere).toEqual(again);
    expect(again.commit).not.toBe(before.commit);
    const text = textAt(again.commit);
    expect(text).not.toContain('rollme');
    expect(/password: (.*)/.exec(text)?.[1]).toBe(password);
  });

  it('give what the branch holds now, not what a worker remembers of an earlier head', async () => {
    await given();
    const cache = temporaryDirectory('leaves');
    const leafCache = createDiskCache({ directory: join(cache.path, 'cache') });
    const order = { ...world().place, operation: 'promotion', config: world().config } as const;
    const main = answer('keep: true', 'light');
    const before = await renderEnvironment({ ...world().dependencies, leafCache }, { ...order, main });
    rotate();
    const after = await renderEnvironment({ ...world().dependencies, leafCache }, { ...order, main });
    cache.remove();
    if (before.kind !== 'changed' || after.kind !== 'changed') throw new Error(`${before.kind}, ${after.kind}`);
    expect(textAt(before.commit)).toContain(`password: ${first}`);
    expect(textAt(after.commit)).toContain(`password: ${second}`);
    const checksum = (commit: string) => /checksum\/secret: (.*)/.exec(textAt(commit))?.[1];
    expect(checksum(after.commit)).not.toBe(checksum(before.commit));
  });
});
