import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../../src/activities/source/read-environment.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

/** Lists `qa` together with these, each with its config branch. */
function withOthers(others: Readonly<Record<string, string>>): void {
  const { source, gitops } = world();
  const stages = ['qa', ...Object.keys(others)].join(', ');
  source.commit('main', {
    'fairlead.yaml': `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops.path} }\nstages: [${stages}]\n`,
  });
  for (const [name, more] of Object.entries(others))
    source.commit(name, {
      'fairlead.yaml': `apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: none\n${more}`,
    });
}

const read = (environment = 'qa') => readEnvironment(world().dependencies, { ...world().place, environment });
const refused = { type: 'InvalidConfig' };

describe('Whoever writes the config branch of one environment', () => {
  it('keeps none but those with one GitOps branch from being read', async () => {
    withOthers({ dev: 'gitops: { branch: prod }\n', prod: '' });
    for (const name of ['dev', 'prod']) await expect(read(name)).rejects.toMatchObject(refused);
    expect(await read()).toMatchObject({ gitops: { branch: 'qa' } });
  });

  it('keeps nobody else by a former branch that is another one, or by a branch of the source', async () => {
    const { path } = world().source;
    await world().deploy('promotion', world().release('1'));
    withOthers({ dev: 'gitops: { renamedFrom: qa }\n', prod: `gitops: { repository: ${path}, branch: qa }\n` });
    for (const name of ['dev', 'prod']) await expect(read(name)).rejects.toMatchObject(refused);
    expect(await read()).toMatchObject({ gitops: { branch: 'qa' } });
  });

  it('keeps nobody else by a file that YAML takes and nobody can read', async () => {
    withOthers({ dev: '<<: 5\n', prod: 'gitops: &a { branch: *a }\n' });
    for (const name of ['dev', 'prod']) await expect(read(name)).rejects.toMatchObject(refused);
    expect(await read()).toMatchObject({ gitops: { branch: 'qa' } });
  });

  describe('and names the former GitOps branch of another one', () => {
    const renamed = () => {
      withOthers({ dev: 'gitops: { branch: former }\n' });
      const file = String(world().source.git(['show', 'qa:fairlead.yaml']));
      world().source.commit('qa', { 'fairlead.yaml': `${file}\ngitops: { renamedFrom: former }\n` });
    };

    it('keeps that one not', async () => {
      renamed();
      expect(await read()).toMatchObject({ gitops: { branch: 'qa', renamedFrom: 'former' } });
    });

    it('refuses it that record, where its own manifests are there', async () => {
      renamed();
      const { source, gitops } = world();
      const revision = `${source.head('main')}+${source.head('dev')}`;
      gitops.commit('former', {
        '.fairlead/provenance.yaml': `format: 1\nrevision: ${revision}\ngroups: {}\nrenderer: {}\n`,
      });
      await expect(read()).rejects.toMatchObject(refused);
    });
  });

  describe('and names the GitOps branch of another one', () => {
    it('keeps that one not, which is deployed there and has the lane', async () => {
      await world().deploy('promotion', world().release('1'));
      withOthers({ dev: 'gitops: { branch: qa }\n' });
      world().answers = { status: world().place };
      expect(await read()).toMatchObject({ gitops: { branch: 'qa' } });
      await expect(read('dev')).rejects.toMatchObject(refused);
    });

    it('cannot take it over by a lane that says so', async () => {
      await world().deploy('promotion', world().release('1'));
      withOthers({ dev: 'gitops: { branch: qa }\n' });
      world().answers = { status: { ...world().place, environment: 'dev' } };
      for (const name of ['dev', 'qa']) await expect(read(name)).rejects.toMatchObject(refused);
    });

    it('cannot take it over by the commits of the other config branch', async () => {
      const { source } = world();
      await world().deploy('promotion', world().release('1'));
      source.setBranch('dev', world().config);
      withOthers({ dev: 'gitops: { branch: qa }\n' });
      world().answers = { status: world().place };
      expect(await read()).toMatchObject({ gitops: { branch: 'qa' } });
      await expect(read('dev')).rejects.toMatchObject(refused);
    });

    it('is asked for a remedy together with it, where nothing is deployed yet', async () => {
      withOthers({ dev: 'gitops: { branch: qa }\n' });
      world().answers = { status: world().place };
      for (const name of ['dev', 'qa']) await expect(read(name)).rejects.toMatchObject(refused);
    });
  });
});
