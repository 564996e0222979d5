import { describe, expect, it } from 'vitest';
import { record } from '../../../src/activities/record/record.ts';
import { readConfig } from '../../../src/activities/source/read-config.ts';
import { readEnvironment } from '../../../src/activities/source/read-environment.ts';
import { recordName } from '../../../src/record/entry.ts';
import { parseEntries } from '../../../src/record/lines.ts';
import { useWorld } from './environment-world.ts';

const world = useWorld();

describe('Reading a config commit', () => {
  const read = (config: string) => readConfig(world().dependencies, { ...world().place, config });

  it('answers the head of its branch, and what that is about', async () => {
    const config = world().configure('3');
    const head = world().configure('4');
    expect(await read(config)).toEqual({ head, subject: 'Use 4' });
    expect(await read(head)).toEqual({ head, subject: 'Use 4' });
  });

  it('refuses one that is not on the branch any more, with the commit, the branch and the remedy', async () => {
    const before = world().config;
    const config = world().configure('3');
    world().source.setBranch('qa', before);
    const refusal = { name: 'InvalidInput', message: expect.stringMatching(`${config} is not on qa.*${before}`) };
    await expect(read(config)).rejects.toMatchObject(refusal);
    await expect(read('d'.repeat(40))).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(read(world().release('1'))).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('says so where there is no such branch', async () => {
    const { config } = world();
    world().source.deleteBranch('qa');
    await expect(read(config)).rejects.toMatchObject({ name: 'InvalidConfig' });
  });
});

describe("Reading an environment's policy", () => {
  it('takes the platform from the head of main where no commit is named', async () => {
    const gitops = world().gitops.path;
    const file = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops}-new }\nstages: [qa]\n`;
    const before = world().source.head('main') ?? '';
    world().source.commit('main', { 'fairlead.yaml': file });
    expect(await readEnvironment(world().dependencies, world().place)).toMatchObject({
      whenNewer: 'supersede',
      gitops: { repository: `${gitops}-new` },
    });
    const snapshot = await readEnvironment(world().dependencies, { ...world().place, commit: before });
    expect(snapshot.gitops.repository).toBe(gitops);
  });

  describe('refuses the branch of another environment', () => {
    const platform = (stages: string) =>
      world().source.commit('main', {
        'fairlead.yaml': `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${world().gitops.path} }\nstages: ${stages}\n`,
      });
    const environment = (name: string, more: string) =>
      world().source.commit(name, {
        'fairlead.yaml': `apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: none\n${more}`,
      });

    it.each([
      ['whose file has a fault elsewhere', 'soap: 1\n'],
      ['that an older commit does not list yet', ''],
    ])('%s', async (_, fault) => {
      const before = world().source.head('main') ?? '';
      platform('[qa, prod]');
      environment('prod', fault);
      environment('qa', 'gitops: { branch: prod }\n');
      const commit = fault === '' ? before : undefined;
      await expect(readEnvironment(world().dependencies, { ...world().place, commit })).rejects.toMatchObject({
        type: 'InvalidConfig',
        message: expect.stringContaining('The environments qa and prod have one GitOps branch, "prod"'),
      });
    });

    it.each(['trunk', 'prod'])('and the branch %s of the source itself', async (branch) => {
      platform('[qa, prod]');
      world().source.setBranch('prod', world().config);
      world().source.setBranch('trunk', world().source.head('main') ?? '');
      environment('qa', `gitops: { repository: ${world().source.path}, branch: ${branch} }\n`);
      world().source.commit('prod', { 'fairlead.yaml': 'gitops: [\n' });
      const { repositories, ...rest } = world().dependencies;
      const open = (url: string) => ({ ...repositories.open(url), mainBranch: async () => 'trunk' });
      await expect(readEnvironment({ ...rest, repositories: { open } }, world().place)).rejects.toMatchObject({
        type: 'InvalidConfig',
        message: expect.stringContaining(`is "${branch}" of ${world().source.path}, which is a branch of the source`),
      });
    });
  });

  it('refuses what is a branch, but no environment, and names those that there are', async () => {
    world().source.setBranch('feature', world().config);
    await expect(
      readEnvironment(world().dependencies, { ...world().place, environment: 'feature' }),
    ).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('"feature" is not listed in `stages` in fairlead.yaml of main; there are: '),
    });
  });
});

describe('Recording', () => {
  const entry = { time: '2026-01-01T00:00:00.000Z', event: 'held', by: 'ann', reason: 'weekend' } as const;
  const entries = async () => {
    const { lines } = await world().dependencies.repositories.open(world().gitops.path).notes(recordName('qa'));
    return parseEntries(lines).entries;
  };

  it('is about the head of the branch where no commit is named, once, however often it is done', async () => {
    const commit = world().head;
    await record(world().dependencies, { ...world().place, entry });
    world().gitops.commit('qa', { 'README.md': 'by hand' });
    await record(world().dependencies, { ...world().place, entry });
    expect(await entries()).toEqual([{ ...entry, commit }]);
  });

  it('keeps the same words of another time', async () => {
    await record(world().dependencies, { ...world().place, entry });
    await record(world().dependencies, { ...world().place, entry: { ...entry, time: '2026-01-02T00:00:00.000Z' } });
    expect(await entries()).toHaveLength(2);
  });

  it('keeps once what an operation says of its request, whenever it says so again', async () => {
    const merge = world().head;
    const said = { ...entry, event: 'deployed', request: 7, workflow: 'promote/acme/1' } as const;
    const again = { ...said, by: 'somebody else', time: '2026-01-02T00:00:00.000Z' };
    for (const each of [said, again, { ...again, workflow: 'promote/acme/2' }])
      await record(world().dependencies, { ...world().place, commit: merge, entry: each });
    expect((await entries()).map(({ workflow, by }) => [workflow, by])).toEqual([
      ['promote/acme/2', 'somebody else'],
      ['promote/acme/1', said.by],
    ]);
  });
});

describe('What a newer Fairlead wrote', () => {
  it('to the record stops renders, and nothing is added beside it', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const line = JSON.stringify({ time: '2026-01-01T00:00:00.000Z', v: 2, outcome: 'new' });
    world().gitops.git(['notes', `--ref=${recordName('qa')}`, 'add', '-m', line, commit]);
    const before = world().notesHead;
    const refusal = { type: 'Refused', message: expect.stringContaining('which a newer Fairlead wrote') };
    await expect(world().render('promotion', world().release('2'))).rejects.toMatchObject(refusal);
    await expect(world().note({ ...revision }, commit)).rejects.toMatchObject(refusal);
    expect(world().notesHead).toBe(before);
  });

  it('as provenance stops renders', async () => {
    const { commit } = await world().deploy('promotion', world().release('1'));
    const text = world().gitops.git(['show', `${commit}:.fairlead/provenance.yaml`]);
    world().gitops.commit('qa', { '.fairlead/provenance.yaml': `${text.replace('format: 1', 'format: 2')}\n` });
    await expect(world().render('promotion', world().release('2'))).rejects.toMatchObject({ type: 'Refused' });
  });
});
