import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/git.ts';
import { createWorkbench, type ForgeWorld, type Workbench } from './world.ts';

/**
 * What every forge behind the port does, whatever it is called: to be run against each kind, and against the
 * real thing where one is at hand. Every statement works on branches of its own.
 */
export function describeForge(name: string, makeWorld: () => Promise<ForgeWorld>): void {
  describe(`${name} as a forge`, () => {
    const directory = temporaryDirectory('forge');
    let world: ForgeWorld;
    let bench: Workbench;

    beforeAll(async () => {
      world = await makeWorld();
      bench = await createWorkbench(join(directory.path, 'local'), world.remote, 38);
      await world.shows?.(bench.local.git(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads']).split('\n'));
    });
    afterAll(async () => {
      directory.remove();
      await world?.close();
    });

    describe('opening', () => {
      it('opens a request as drafted', async () => {
        const { draft, base, head, sha } = bench.pair();
        const opened = await world.forge.openPullRequest(draft);
        expect(opened).toMatchObject({ state: 'open', base, head: { branch: head, sha }, title: draft.title });
        expect(opened).toMatchObject({ body: 'What changes', labels: ['promoted'] });
        expect(opened.url).toContain(String(opened.number));
        expect(opened.mergeCommit).toBeUndefined();
        expect(await world.forge.pullRequest(opened.number)).toEqual(opened);
      });

      it('adopts the open request of the same head and base, and brings its text and label up to date', async () => {
        const { draft } = bench.pair();
        const first = await world.forge.openPullRequest(draft);
        const second = await world.forge.openPullRequest({
          ...draft,
          title: 'New',
          body: 'Newer',
          label: 'rolled-back',
        });
        expect(second).toMatchObject({ number: first.number, title: 'New', body: 'Newer' });
        expect([...second.labels].sort()).toEqual(['promoted', 'rolled-back']);
        expect(await world.forge.pullRequest(first.number)).toMatchObject({ title: 'New', body: 'Newer' });
      });

      it('opens another request from the same head to another base, and finds each', async () => {
        const { draft, base: other, head, sha } = bench.pair();
        const first = await world.forge.openPullRequest(draft);
        const base = `${other}-too`;
        await bench.push(`${other}:refs/heads/${base}`);
        const second = await world.forge.openPullRequest({ ...draft, base });
        expect(await world.forge.findOpen(head, base)).toMatchObject({ number: second.number, base, head: { sha } });
        expect(await world.forge.findOpen(head, other)).toMatchObject({ number: first.number, state: 'open' });
        expect(await world.forge.findOpen(head, 'third')).toBeUndefined();
      });

      it.each(['merge', 'squash'] as const)(
        'adopts a request merged by %s with exactly this commit',
        async (method) => {
          const { draft } = bench.pair();
          const { number } = await world.forge.openPullRequest(draft);
          const mergeCommit = await world.person.merge(number, method);
          const again = await world.forge.openPullRequest(draft);
          expect(again).toMatchObject({ number, state: 'merged', mergeCommit, endedBy: world.names.person });
        },
      );

      it('opens the first one from its branch, and adopts it where it is open already', async () => {
        const first = { ...bench.pair().draft, isFirst: true as const };
        const { number } = await world.forge.openPullRequest(first);
        expect(await world.forge.openPullRequest(first)).toMatchObject({ number, state: 'open' });
      });

      it('opens another for the same commit where its merge is not in the base any more', async () => {
        const { draft, base } = bench.pair();
        const before = bench.local.head(base);
        const { number } = await world.forge.openPullRequest(draft);
        const merge = await world.person.merge(number, 'merge');
        await bench.push(`${before}:refs/heads/${base}`);
        const asked: string[] = [];
        const isInBase = async (commit: string) => asked.push(commit) === 0;
        const again = await world.forge.openPullRequest({ ...draft, isInBase });
        expect(again).toMatchObject({ state: 'open', head: draft.head });
        expect(again.number).not.toBe(number);
        expect(asked).toEqual([merge]);
        await world.person.merge(again.number, 'merge');
        expect(await world.forge.openPullRequest(draft)).toMatchObject({ number: again.number, state: 'merged' });
      });

      it('does not adopt a request merged with an earlier commit of the branch', async () => {
        const { draft, head } = bench.pair();
        const first = await world.forge.openPullRequest(draft);
        await world.person.merge(first.number, 'merge');
        const sha = bench.local.commit(head, { 'app.yaml': 'three\n' });
        await bench.push(head);
        const second = await world.forge.openPullRequest({ ...draft, head: { branch: head, sha } });
        expect(second).toMatchObject({ state: 'open', head: { sha } });
        expect(second.number).not.toBe(first.number);
      });

      it('never adopts a closed request', async () => {
        const { draft } = bench.pair();
        const first = await world.forge.openPullRequest(draft);
        await world.person.close(first.number);
        const second = await world.forge.openPullRequest(draft);
        expect(second.state).toBe('open');
        expect(second.number).not.toBe(first.number);
      });

      it('waits while the forge shows another commit than ours', async () => {
        const { draft, head } = bench.pair();
        await world.forge.openPullRequest(draft);
        const sha = bench.local.commit(head, { 'app.yaml': 'not pushed\n' });
        const opening = world.forge.openPullRequest({ ...draft, head: { branch: head, sha } });
        await expect(opening).rejects.toMatchObject({ type: 'Unavailable', message: expect.stringContaining(sha) });
      });

      it('refuses a head without commits of its own, and branches that are not there', async () => {
        const { draft, base } = bench.pair();
        bench.local.setBranch('nothing-new', bench.local.head(base) ?? '');
        await bench.push('nothing-new');
        const withHead = (branch: string) => ({ ...draft, head: { ...draft.head, branch } });
        await expect(world.forge.openPullRequest(withHead('nothing-new'))).rejects.toMatchObject({ type: 'Refused' });
        await expect(world.forge.openPullRequest(withHead('not-there'))).rejects.toMatchObject({
          // A push may show a moment later.
          type: 'Unavailable',
          message: expect.stringContaining('not-there'),
        });
        await expect(world.forge.openPullRequest({ ...draft, base: 'nowhere' })).rejects.toMatchObject({
          type: 'NotFound',
          message: expect.stringContaining('nowhere'),
        });
      });

      it('cuts a body that is too long, and says so in it', async () => {
        const { draft } = bench.pair();
        const { bodyLimit } = world.forge.capabilities;
        const body = `${'a line of text\n'.repeat(bodyLimit / 14)}the end`;
        const opened = await world.forge.openPullRequest({ ...draft, body });
        expect(opened.body.length).toBeLessThanOrEqual(bodyLimit);
        expect(opened.body).toMatch(/^a line of text\n/);
        expect(opened.body).toMatch(/cut/i);
        expect(await world.forge.openPullRequest({ ...draft, body })).toEqual(opened);
      });
    });

    describe('reading and updating', () => {
      it('shows a push on the open request', async () => {
        const { draft, head } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        const sha = bench.local.commit(head, { 'app.yaml': 'three\n' });
        await bench.push(head);
        expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'open', head: { branch: head, sha } });
      });

      it('changes title and body', async () => {
        const { draft } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        await world.forge.updatePullRequest(number, { title: 'Other', body: '' });
        expect(await world.forge.pullRequest(number)).toMatchObject({ title: 'Other', body: '', state: 'open' });
      });

      it('labels a merged request anew, leaves labels of others, and changes nothing when asked again', async () => {
        const { draft } = bench.pair();
        const { number } = await world.forge.openPullRequest({ ...draft, label: 'reviewed' });
        await world.forge.openPullRequest(draft);
        const labelsAfter = async () => {
          await world.forge.relabel(number, 'deployed', ['promoted', 'deployed', 'promotion']);
          return [...(await world.forge.pullRequest(number)).labels].sort();
        };
        expect(await labelsAfter()).toEqual(['promoted', 'reviewed']);
        await world.person.merge(number, 'squash');
        expect(await labelsAfter()).toEqual(['deployed', 'reviewed']);
        expect(await labelsAfter()).toEqual(['deployed', 'reviewed']);
      });

      it('says who closed a request', async () => {
        const { draft } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        await world.person.close(number);
        const found = await world.forge.pullRequest(number);
        expect(found).toMatchObject({ state: 'closed', endedBy: world.names.person });
        expect(found.mergeCommit).toBeUndefined();
      });

      it('says who merged a request, and as which commit, also after its branch is gone', async () => {
        const { draft, head, base } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        const mergeCommit = await world.person.merge(number, 'squash');
        await bench.push(`:${head}`);
        const found = await world.forge.pullRequest(number);
        expect(found).toMatchObject({
          state: 'merged',
          mergeCommit,
          author: world.names.ours,
          endedBy: world.names.person,
          base,
        });
        expect(found.head).toEqual(draft.head);
      });

      it('sees a request as closed when its branch is deleted, and as merged when its base has its commit', async () => {
        const one = bench.pair();
        const deleted = await world.forge.openPullRequest(one.draft);
        const other = bench.pair();
        const pushed = await world.forge.openPullRequest(other.draft);
        await bench.push(`:${one.head}`, `${other.sha}:refs/heads/${other.base}`);
        // A forge sees what was pushed a moment later.
        await expect.poll(() => world.forge.pullRequest(deleted.number)).toMatchObject({ state: 'closed' });
        await expect
          .poll(() => world.forge.pullRequest(pushed.number))
          .toMatchObject({ state: 'merged', mergeCommit: other.sha });
      });

      it('lists the open requests to a branch from whatever branches, oldest first, and no others', async () => {
        const { draft, base, head, sha } = bench.pair();
        const open = (branch: string, to = base) =>
          world.forge.openPullRequest({ ...draft, head: { branch, sha }, base: to });
        const names = ['open', 'closed', 'merged', 'elsewhere'].map((name) => `${head}-${name}`);
        await bench.push(`${base}:refs/heads/${base}-other`, ...names.map((name) => `${sha}:refs/heads/${name}`));
        expect(await world.forge.openRequests(base)).toEqual([]);
        const [one = '', closed = '', merged = '', elsewhere = ''] = names;
        const first = await open(one);
        await world.person.close((await open(closed)).number);
        await open(elsewhere, `${base}-other`);
        const second = await open(head);
        const listed = [first, second].map(({ body: _, ...entry }) => entry);
        expect(await world.forge.openRequests(base)).toMatchObject(listed);
        await world.person.merge((await open(merged)).number, 'squash');
        expect((await world.forge.openRequests(base)).map(({ number }) => number)).toEqual([
          first.number,
          second.number,
        ]);
      });

      it('shows at a glance what is open, as of now, and nothing else', async ({ skip }) => {
        const { forge, person } = world;
        if (forge.glance === undefined) return skip('this forge is asked for each request');
        const look = (number: number) => forge.glance?.(number, { withinMs: 0, isPolled: true });
        const [one, other] = [bench.pair(), bench.pair()];
        const { number } = await forge.openPullRequest(one.draft);
        const closed = await forge.openPullRequest(other.draft);
        const open = { number, state: 'open', head: { branch: one.head, sha: one.sha }, base: one.base };
        expect([await look(number), await look(closed.number)]).toMatchObject([open, { number: closed.number }]);
        await person.close(closed.number);
        expect([await look(number), await look(closed.number), await look(9_999)]).toMatchObject([
          open,
          undefined,
          undefined,
        ]);
      });

      it('does not find a request that is not there', async () => {
        const missing = { type: 'NotFound', message: expect.stringContaining('#987654') };
        await expect(world.forge.pullRequest(987_654)).rejects.toMatchObject(missing);
        await expect(world.forge.merge(987_654, 'a'.repeat(40))).rejects.toMatchObject(missing);
      });
    });

    describe('merging', () => {
      it('merges the expected head, and says the same when asked again', async () => {
        const { draft, sha } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        const merged = await world.forge.merge(number, sha);
        expect(merged).toEqual({ kind: 'merged', commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
        expect(await world.forge.merge(number, sha)).toEqual(merged);
        const commit = merged.kind === 'merged' ? merged.commit : '';
        expect(await world.forge.pullRequest(number)).toMatchObject({
          state: 'merged',
          mergeCommit: commit,
          endedBy: world.names.ours,
        });
      });

      it('does not merge a head that moved', async () => {
        const { draft, head, sha } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        bench.local.commit(head, { 'app.yaml': 'three\n' });
        await bench.push(head);
        expect(await world.forge.merge(number, sha)).toEqual({ kind: 'head moved' });
        expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'open' });
      });

      it('tells a conflict', async () => {
        const { draft, base, sha } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        bench.local.commit(base, { 'app.yaml': 'something else\n' });
        await bench.push(base);
        expect(await world.forge.merge(number, sha)).toEqual({ kind: 'conflict' });
      });

      it('merges what does not conflict when its base has moved', async () => {
        const { draft, base, sha } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        bench.local.commit(base, { 'other.yaml': 'something else\n' });
        await bench.push(base);
        expect(await world.forge.merge(number, sha)).toMatchObject({ kind: 'merged' });
      });

      it.each(['merge', 'squash', 'rebase'] as const)('by %s leaves both sides, on top of the base', async (method) => {
        const { draft, base, head, sha } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        const second = bench.local.commit(head, { 'more.yaml': 'more\n' }, { message: 'More' });
        const tip = bench.local.commit(base, { 'other.yaml': 'something else\n' });
        await bench.push(head, base);
        const commit = await world.person.merge(number, method);
        await bench.fetch(`refs/heads/${base}`);
        const read = (...args: readonly string[]) => bench.local.git(args);
        expect(read('rev-parse', 'FETCH_HEAD')).toBe(commit);
        const files = ['app.yaml', 'more.yaml', 'other.yaml'].map((file) => read('show', `${commit}:${file}`));
        expect(files).toEqual(['two', 'more', 'something else']);
        const brought = read('log', '--reverse', '--format=%P', `${tip}..${commit}`, '--not', second).split('\n');
        const replayed = read('rev-parse', `${commit}^1`);
        expect(brought).toEqual({ merge: [`${tip} ${second}`], squash: [tip], rebase: [tip, replayed] }[method]);
        const messages = read('log', '--reverse', '--format=%s by %an', `${tip}..${commit}`, '--not', second).split(
          '\n',
        );
        const kept = ['Render by Ada', 'More by Ada Lovelace'];
        // Some forges name who merged as the author of a squash, others who opened the request.
        const { ours, person } = world.names;
        expect(messages).toEqual(method === 'rebase' ? kept : [expect.stringMatching(`${ours}|${person}`)]);
        expect([sha, second]).not.toContain(commit);
      });

      it('does not merge a closed request', async () => {
        const { draft, sha } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        await world.person.close(number);
        expect(await world.forge.merge(number, sha)).toMatchObject({ kind: 'refused' });
      });
    });

    describe('closing', () => {
      it('comments once, closes, and changes nothing when asked again', async () => {
        const { draft } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        await world.forge.close(number, 'Superseded by #7');
        await world.forge.close(number, 'Superseded by #7');
        const comments = await world.comments(number);
        expect(comments).toHaveLength(1);
        expect(comments[0]).toMatch(/^Superseded by #7/);
        expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'closed', endedBy: world.names.ours });
      });

      it('leaves a merged request alone', async () => {
        const { draft } = bench.pair();
        const { number } = await world.forge.openPullRequest(draft);
        await world.person.merge(number, 'merge');
        await world.forge.close(number, 'Too late');
        expect(await world.comments(number)).toEqual([]);
        expect(await world.forge.pullRequest(number)).toMatchObject({ state: 'merged' });
      });
    });
  });
}
