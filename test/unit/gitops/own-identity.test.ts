import { describe, expect, it } from 'vitest';
import { botIdentity, type CommitAuthor } from '../../../src/git/identity.ts';
import type { GitRepository } from '../../../src/git/repository.ts';
import { foreignAuthor } from '../../../src/gitops/foreign-author.ts';
import { useBench } from '../git/setup.ts';

const bench = useBench();
const author: CommitAuthor = { name: 'Acme Bot', email: 'bot@example.org', formerEmails: [] };

/** Commits on our branch as a worker with these settings does, or as this person. */
async function commitWith(
  repository: GitRepository,
  { name, email }: { readonly name: string; readonly email: string } = repository.identity.author,
): Promise<{ readonly base: string; readonly commit: string }> {
  const base = bench.remote.head('qa') ?? bench.remote.commit('qa', { 'README.md': 'qa\n' });
  const commit = await repository.writeCommit({
    parent: base,
    changes: new Map([['app.yaml', 'two\n']]),
    message: 'Promote',
    person: { name, email, date: '2026-01-01T00:00:00.000Z' },
  });
  await repository.push({ commit, branch: `deploy/${email}`, expected: null });
  return { base, commit };
}

describe('The author that the settings name', () => {
  it('is the author and the committer of what Fairlead builds, the same on every worker', async () => {
    const repository = bench.open({ author });
    const { commit, base } = await commitWith(repository);
    expect(await repository.commit(commit)).toMatchObject({
      author: { name: 'Acme Bot', email: 'bot@example.org' },
      committer: { name: 'Acme Bot', email: 'bot@example.org' },
    });
    expect(await foreignAuthor(repository, commit, { base })).toBeUndefined();
    expect(await foreignAuthor(bench.open(), commit, { base })).toBe('Acme Bot');
  });

  it('knows what Fairlead committed before under its own name', async () => {
    const { commit, base } = await commitWith(bench.open());
    expect(await foreignAuthor(bench.open({ author }), commit, { base })).toBeUndefined();
  });

  it('knows the addresses that it had before, and no others', async () => {
    const { commit, base } = await commitWith(bench.open({ author }));
    const changed = { name: 'Fleet Bot', email: 'fleet@example.org' };
    const forgetful = bench.open({ author: { ...changed, formerEmails: [] } });
    expect(await foreignAuthor(forgetful, commit, { base })).toBe('Acme Bot');
    const mindful = bench.open({ author: { ...changed, formerEmails: [author.email] } });
    expect(await foreignAuthor(mindful, commit, { base })).toBeUndefined();
  });

  it('does not make a stranger of the commit that an operation has pushed itself', async () => {
    const { commit, base } = await commitWith(bench.open({ author }));
    const changed = bench.open({ author: { ...author, email: 'fleet@example.org' } });
    expect(await foreignAuthor(changed, commit, { base, pushed: commit })).toBeUndefined();
  });

  it('is told from a person who calls themselves so, by the address', async () => {
    const eve = { name: author.name, email: 'eve@example.org' };
    const repository = bench.open({ author });
    const { commit, base } = await commitWith(repository, eve);
    expect(await foreignAuthor(repository, commit, { base })).toBe('Acme Bot <eve@example.org>');
    expect(repository.identity.authorEmails.has(botIdentity.email)).toBe(true);
  });
});
