import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from '../github-world.ts';

let world: GitHubWorld;

beforeAll(async () => {
  world = await createGitHubWorld();
});
afterAll(async () => {
  expect(world.drift()).toEqual([]);
  await world.close();
});
beforeEach(() => world.server.clearFaults());

/** Answers the next read of the repository as GitHub would with other headers or fields. */
function answerNext(headers: Readonly<Record<string, string>>, fields: object = {}): void {
  world.server.fail({
    match: /^GET \/repos\/acme\/gitops$/,
    trouble: { kind: 'answer', status: 200, body: { archived: false, private: true, ...fields }, headers },
  });
}

describe('What a token may do', () => {
  it('is read with one call', async () => {
    const before = world.exchanges.length;
    const access = await world.forge.access?.();
    expect(world.exchanges.length - before).toBe(1);
    expect(access).toMatchObject({ mayWrite: true, isArchived: false, mergeMethods: ['merge', 'squash', 'rebase'] });
    expect(Math.abs((access?.time ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('is not told of a fine-grained token, but that its account may not push', async () => {
    world.server.addUser({ login: 'eve', token: 'ghp_reader', permission: 'read' });
    const access = await world.forgeWith('ghp_reader').access?.();
    expect(access).toMatchObject({ mayWrite: false, lacking: undefined });
    expect(access?.permissionRemedy).toMatch(/^Give the token in environment variable BOT_TOKEN the permission/);
  });

  it.each([
    ['repo, workflow', true, []],
    ['public_repo', true, ['scope repo']],
    ['public_repo', false, []],
    ['read:org', true, ['scope repo']],
  ])('is told by the scopes of a classic token: %s, of a private repository %s', async (scopes, isPrivate, needed) => {
    answerNext({ 'x-oauth-scopes': scopes }, { private: isPrivate });
    const access = await world.forge.access?.();
    expect(access?.lacking).toEqual({ needed, wished: [] });
    if (needed.length > 0) expect(access?.permissionRemedy).toContain('(scope repo)');
  });

  it.each(['2026-12-01 10:00:00 UTC', '2026-12-01 11:00:00 +0100'])('ends when GitHub says so: %s', async (text) => {
    answerNext({ 'github-authentication-token-expiration': text });
    expect((await world.forge.access?.())?.endsAt).toBe('2026-12-01T10:00:00.000Z');
  });

  it('is less where GitHub refuses the token, and then says what to do', async () => {
    await expect(world.forgeWith('ghp_wrong').access?.()).rejects.toThrow(
      /401.*Put a valid token into environment variable BOT_TOKEN/,
    );
  });
});

describe('What rules refuse whoever pushes to a branch', () => {
  const branch = `deploy/${'0'.repeat(40)}/qa`;

  it('is nothing where there are none', async () => {
    expect(await world.forge.refusedPushes?.(branch)).toEqual([]);
  });

  it('is named with the ruleset, also of a branch that is not there', async () => {
    world.server.setRulesets(REPOSITORY, [
      { branches: 'configure/**', blocks: ['creation'] },
      { branches: 'deploy/**', blocks: ['non_fast_forward', 'deletion'] },
    ]);
    expect(await world.forge.refusedPushes?.(branch)).toEqual([
      'pushing by force (ruleset "no pushes to deploy/**")',
      'deleting it (ruleset "no pushes to deploy/**")',
    ]);
  });

  it('is nothing to an account that may pass the ruleset', async () => {
    world.server.setRulesets(REPOSITORY, [{ branches: 'deploy/**', blocks: ['update'], isPassed: true }]);
    expect(await world.forge.refusedPushes?.(branch)).toEqual([]);
  });

  it('is not known where the account may not read rules', async () => {
    world.server.fail({ match: /rules\/branches/, trouble: { kind: 'answer', status: 403 } });
    expect(await world.forge.refusedPushes?.(branch)).toBeUndefined();
  });
});
