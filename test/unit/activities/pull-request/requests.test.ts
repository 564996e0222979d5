import { describe, expect, it } from 'vitest';
import { clearRequests } from '../../../../src/activities/pull-request/clear-requests.ts';
import { closePullRequest } from '../../../../src/activities/pull-request/close-pull-request.ts';
import { foreignAuthor } from '../../../../src/gitops/foreign-author.ts';
import { git } from '../../../support/git.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

const open = async () =>
  (await world().forge.requests()).filter(({ state }) => state === 'open').map(({ head: { branch } }) => branch);

function clear(keep: string, self = 'self') {
  return clearRequests(world().dependencies, { ...world().place, keep, comment: 'Somebody else goes on.' }, self);
}

describe('Clearing the requests to a branch', () => {
  it('closes what promotions and rollbacks that do not run left open, with the comment, and nothing else', async () => {
    const first = world().release('1');
    await world().deploy('promotion', first);
    const second = world().release('2');
    const third = world().release('3');
    world().configure('3');
    await world().propose('config change');
    await world().propose('promotion', second);
    await world().propose('promotion', third);
    await world().propose('rollback', first);
    world().gitops.setBranch(`deploy/${second}/prod`, world().head);
    world().gitops.commit(`deploy/${second}/prod`, { 'README.md': 'another environment' });
    await world().forge.openForeign(`deploy/${second}/prod`, 'qa', 'bob');
    expect(await clear(`deploy/${third}/qa`)).toEqual({ kind: 'clear' });
    expect(await open()).toEqual(['configure/qa', `deploy/${third}/qa`, `deploy/${second}/prod`]);
    const closed = (await world().forge.requests()).find(({ head: { branch } }) => branch === `deploy/${second}/qa`);
    expect(closed?.comments.map(({ body }) => body)).toEqual(['Somebody else goes on.']);
    expect(world().gitops.head(`deploy/${second}/qa`)).toBeUndefined();
  });

  it('leaves one alone whose workflow runs, unless that is the one that asks', async () => {
    const main = world().release('1');
    await world().propose('promotion', main);
    const owner = `promote/${world().platform}/${main}`;
    world().running.add(owner);
    expect(await clear('')).toEqual({
      kind: 'in the way',
      reason: expect.stringContaining(`${owner}, which opened it`),
    });
    expect(await open()).toHaveLength(1);
    expect(await clear('', owner)).toEqual({ kind: 'clear' });
    expect(await open()).toEqual([]);
  });

  it('leaves one alone that somebody pushed to, and says who', async () => {
    const main = world().release('1');
    await world().propose('promotion', main);
    world().gitops.commit(`deploy/${main}/qa`, { 'one/apps/web/web.yaml': 'mine\n' });
    expect(await clear('')).toEqual({
      kind: 'in the way',
      reason: expect.stringContaining(`Ada Lovelace pushed to deploy/${main}/qa`),
    });
    expect(await open()).toHaveLength(1);
  });
});

describe('A branch of ours that the forge updated', () => {
  /** As *Update branch* does it: the environment's branch moves by a file of somebody's, and is merged into ours. */
  function update(branch: string, file: string): string {
    const { gitops } = world();
    const next = gitops.commit('qa', { [file]: 'kind: Note\n' });
    const head = gitops.head(branch) ?? '';
    const tree = gitops.git(['merge-tree', '--write-tree', head, next]);
    const merged = gitops.git(['commit-tree', tree, '-p', head, '-p', next, '-m', 'Merge qa']);
    gitops.setBranch(branch, merged);
    return merged;
  }

  async function authorOf(head: string, pushed?: string) {
    const { dependencies, place } = world();
    const repository = dependencies.repositories.open(place.gitops.repository);
    return foreignAuthor(repository, head, { base: (await repository.branchHead('qa')) ?? '', pushed });
  }

  /** As *Update with rebase* does it: our commit again, by our author, on what the environment's branch is by then. */
  function rebase(commit: string, more: Readonly<Record<string, string>> = {}): string {
    const { gitops } = world();
    const next = gitops.commit('qa', { 'note.txt': 'kind: Note\n' });
    gitops.setBranch('rebased', next);
    const tree = gitops.git(['merge-tree', '--write-tree', commit, next]);
    const subject = gitops.git(['show', '-s', '--format=%s', commit]);
    const env = { GIT_AUTHOR_NAME: 'Fairlead', GIT_AUTHOR_EMAIL: 'fairlead@noreply.fairlead.dev' };
    const commitTree = (of: string) => git(gitops.path, ['commit-tree', of, '-p', next, '-m', subject], { env });
    const made = commitTree(tree);
    if (Object.keys(more).length === 0) return made;
    gitops.setBranch('amended', made);
    const amended = gitops.commit('amended', more);
    return commitTree(`${amended}^{tree}`);
  }

  it('is still ours after two updates, and is rendered over', async () => {
    const main = world().release('1');
    const { rendered } = await world().propose('promotion', main);
    update(rendered.branch, 'one.txt');
    expect(await authorOf(update(rendered.branch, 'two.txt'))).toBeUndefined();
    expect(await world().render('promotion', main)).toMatchObject({ kind: 'changed', branch: rendered.branch });
  });

  it('by a rebase is still ours, and is rendered over without a word', async () => {
    const main = world().release('1');
    const { rendered } = await world().propose('promotion', main);
    const { branch, commit } = rendered;
    const rebased = rebase(commit);
    expect(await authorOf(rebased, commit)).toBeUndefined();
    world().gitops.setBranch(branch, rebased);
    const again = await world().render('promotion', main, { pushed: commit });
    expect(again).toMatchObject({ kind: 'changed', branch });
    expect(again).not.toHaveProperty('overwritten');
  });

  it('by a rebase with something more in it is that of whoever made it', async () => {
    const { rendered } = await world().propose('promotion', world().release('1'));
    expect(await authorOf(rebase(rendered.commit, { 'one/apps/web/web.yaml': 'mine\n' }), rendered.commit)).toBe(
      'Ada Lovelace',
    );
    expect(await authorOf(rebase(rendered.commit, { 'more.txt': 'mine\n' }), rendered.commit)).toBe('Ada Lovelace');
    // Of a commit that nobody knows, only the names could be believed.
    expect(await authorOf(rebase(rendered.commit))).toBe('Ada Lovelace');
  });

  it('is not ours when somebody committed between two updates, or merged another branch', async () => {
    const { rendered } = await world().propose('promotion', world().release('1'));
    update(rendered.branch, 'one.txt');
    world().gitops.commit(rendered.branch, { 'one/apps/web/web.yaml': 'mine\n' });
    expect(await authorOf(update(rendered.branch, 'two.txt'))).toBe('Ada Lovelace');
    const { gitops } = world();
    gitops.setBranch('other', rendered.commit);
    const other = gitops.commit('other', { 'README.md': 'other' });
    const merged = gitops.git(['commit-tree', `${other}^{tree}`, '-p', rendered.commit, '-p', other, '-m', 'Merge']);
    expect(await authorOf(merged)).toBe('Ada Lovelace');
  });
});

describe('Closing a request that is superseded', () => {
  it('links the commit and the workflow that took the turn', async () => {
    const main = world().release('1');
    const { rendered, number } = await world().propose('promotion', main);
    const newer = world().release('2');
    const dependencies = {
      ...world().dependencies,
      forges: { for: () => world().forge, commitUrl: (_: string, sha: string) => `https://forge.test/commit/${sha}` },
      workflowUrl: (id: string) => `https://temporal.test/${id}`,
    };
    const { branch, commit } = rendered;
    const successor = {
      operation: 'promotion',
      main: newer,
      workflowId: 'promote/x',
      firstRunId: 'run',
      source: world().place.source,
    } as const;
    const order = { ...world().place, number, branch, commit, comment: 'Superseded.', successor };
    expect(await closePullRequest(dependencies, order)).toEqual({ kind: 'closed' });
    expect(await closePullRequest(dependencies, order)).toEqual({ kind: 'closed' });
    const [request] = await world().forge.requests();
    expect(request?.comments.map(({ body }) => body)).toEqual([
      `Superseded.\n\nSee [main ${newer.slice(0, 8)}](https://forge.test/commit/${newer}) and [promote/x](https://temporal.test/promote/x).`,
    ]);
  });
});
