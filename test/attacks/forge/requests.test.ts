import { describe, expect, it } from 'vitest';
import { awaitMerge } from '../../../src/activities/pull-request/await-merge.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import type { Forge } from '../../../src/forge/port.ts';
import { botIdentity } from '../../../src/git/identity.ts';
import { requestBranch } from '../../../src/gitops/request-branch.ts';
import { forgeWith } from '../../support/forge-with.ts';
import { type EnvironmentWorld, useWorld } from '../../unit/activities/environment-world.ts';

const world = useWorld();
const file = 'one/apps/web/web.yaml';
const evil = { [file]: 'kind: Evil\n' };
const waiting = expect.objectContaining({ message: expect.stringMatching(/looking again|waiting for a person/) });

type Proposed = Awaited<ReturnType<EnvironmentWorld['propose']>>;

/** Version 1 is deployed and recorded, and a request for version 2 is open. */
async function proposed(): Promise<Proposed> {
  const first = await world().deploy('promotion', world().release('1'));
  await world().note({ ...first.revision }, first.commit);
  return world().propose('promotion', world().release('2'));
}

/** Looks at the request, which may be merged: it was approved. */
function look({ rendered, number }: Proposed, dependencies: Dependencies = world().dependencies) {
  const { kind: _, ...rest } = rendered;
  const order = {
    ...world().place,
    ...rest,
    operation: 'promotion',
    number,
    answeredReverts: [],
    merge: true,
  } as const;
  return awaitMerge(dependencies, order, { now: () => Date.parse('2026-01-02') });
}

/** Commits to a branch in Fairlead's name. */
function commitAsBot(branch: string, changes: Readonly<Record<string, string>>): string {
  const { gitops } = world();
  const text = gitops
    .git(['cat-file', 'commit', gitops.commit(branch, changes)])
    .replace(/^(author|committer) [^<]+<[^>]+>/gm, `$1 ${botIdentity.name} <${botIdentity.email}>`);
  const sha = gitops.git(['hash-object', '-t', 'commit', '-w', '--stdin'], `${text}\n`);
  gitops.setBranch(branch, sha);
  return sha;
}

describe('A push between the approval and the merge', () => {
  it.each(['a person', 'the bot'])('in the name of %s is never merged', async (name) => {
    const request = await proposed();
    const { branch } = request.rendered;
    const before = world().head;
    const { forge, dependencies } = world();
    const merge: Forge['merge'] = async (number, head) => {
      if (name === 'the bot') commitAsBot(branch, evil);
      else world().gitops.commit(branch, evil);
      return forge.merge(number, head);
    };
    const late = forgeWith(forge, { merge });
    const racing: Dependencies = { ...dependencies, forges: { for: () => late, commitUrl: () => undefined } };
    await expect(look(request, racing)).rejects.toEqual(waiting);
    expect(world().head).toBe(before);
    const next = await look(request);
    expect(next).toMatchObject(name === 'the bot' ? { kind: 'stale' } : { kind: 'foreign push', by: 'Ada Lovelace' });
    expect(world().head).toBe(before);
  });
});

/** The forge, but for what a test says. */
function dependenciesWith(change: Partial<Forge>): Dependencies {
  const { forge, dependencies } = world();
  const changed = forgeWith(forge, change);
  return { ...dependencies, forges: { for: () => changed, commitUrl: () => undefined } };
}

describe('A request that somebody moves between the look and the merge', () => {
  it.each([
    ['to another base', { base: 'prod' }],
    ['to another head', { head: { branch: 'deploy/x', sha: 'f'.repeat(40) } }],
    ['to its end', { state: 'closed' as const }],
  ])('%s is not merged', async (_, moved) => {
    const request = await proposed();
    let looks = 0;
    let merges = 0;
    const racing = dependenciesWith({
      pullRequest: async (number) => {
        looks += 1;
        return { ...(await world().forge.pullRequest(number)), ...(looks > 1 && moved) };
      },
      merge: async () => {
        merges += 1;
        return { kind: 'conflict' };
      },
    });
    await expect(look(request, racing)).rejects.toEqual(waiting);
    expect(merges).toBe(0);
  });
});

describe('A merge that the forge tells of', () => {
  it('does not count where its commit is not on the branch', async () => {
    const request = await proposed();
    const before = world().head;
    const { commit } = request.rendered;
    const says = { type: 'Unavailable', message: expect.stringContaining('which is not on qa') };
    const atMerge = dependenciesWith({ merge: async () => ({ kind: 'merged', commit }) });
    await expect(look(request, atMerge)).rejects.toMatchObject(says);
    const atLook = dependenciesWith({
      pullRequest: async (number) => {
        return { ...(await world().forge.pullRequest(number)), state: 'merged', mergeCommit: commit };
      },
    });
    await expect(look(request, atLook)).rejects.toMatchObject(says);
    expect(world().head).toBe(before);
  });
});

describe('Another request to the branch, with other content, that a person merges meanwhile', () => {
  it('is not taken for ours: ours is rendered again on top of it, and its edits are named', async () => {
    const request = await proposed();
    world().gitops.setBranch('fix', world().head);
    world().gitops.commit('fix', evil);
    const { number } = await world().forge.openForeign('fix', 'qa', 'flo');
    expect(await world().forge.mergeBy('flo', number, 'merge')).toBe('merged');
    expect(await look(request)).toEqual({ kind: 'stale' });
    const again = await world().render('promotion', request.rendered.revision.main);
    expect(again).toMatchObject({ kind: 'changed', base: world().head, lostEdits: [file] });
  });

  it('is no merge of ours either where it was ours and got other content on the way', async () => {
    const request = await proposed();
    world().gitops.commit(request.rendered.branch, evil);
    expect(await world().forge.mergeBy('flo', request.number, 'squash')).toBe('merged');
    expect(await look(request)).toMatchObject({ kind: 'merged otherwise', by: 'flo', difference: `${file} differ` });
  });
});

describe('A request that somebody opened beforehand from the branch that Fairlead will use', () => {
  async function openedEarly(commit: (branch: string) => unknown) {
    const first = await world().deploy('promotion', world().release('1'));
    await world().note({ ...first.revision }, first.commit);
    const main = world().release('2');
    const branch = requestBranch('promotion', main, 'qa');
    world().gitops.setBranch(branch, world().head);
    commit(branch);
    const { number } = await world().forge.openForeign(branch, 'qa', 'flo');
    return { main, branch, number };
  }

  it('with a commit of theirs needs a person, and is not touched', async () => {
    const { main, branch, number } = await openedEarly((name) => world().gitops.commit(name, evil));
    expect(await world().render('promotion', main)).toEqual({ kind: 'foreign push', branch, by: 'Ada Lovelace' });
    expect(await world().forge.pullRequest(number)).toMatchObject({ state: 'open', base: 'qa' });
  });

  it("with a commit in Fairlead's name holds Fairlead's commit, title and text alone, and says what was there", async () => {
    const { main, number } = await openedEarly((name) => commitAsBot(name, evil));
    const { rendered, number: adopted } = await world().propose('promotion', main);
    expect(adopted).toBe(number);
    expect(rendered.overwritten).toEqual([expect.stringContaining(`which changed ${file}`)]);
    const [request] = (await world().forge.requests()).filter((each) => each.number === number);
    expect(request).toMatchObject({ title: expect.stringMatching(/^Promote [0-9a-f]{8} to qa/) });
    expect(request?.body).not.toContain('By flo');
    const merged = await look({ rendered, number });
    expect(merged).toMatchObject({ kind: 'merged' });
    expect(world().gitops.git(['show', `qa:${file}`])).not.toContain('Evil');
  });

  it('and with labels that say it is over, is opened and merged as if there were none', async () => {
    const { main, number } = await openedEarly((name) => commitAsBot(name, evil));
    for (const label of ['promotion', 'deployed', 'promoted', 'rolled-back'])
      await world().forge.relabel(number, label, []);
    const { rendered, number: adopted } = await world().propose('promotion', main);
    expect(adopted).toBe(number);
    expect(await world().render('promotion', main)).toMatchObject({ kind: 'changed', commit: rendered.commit });
    expect(await look({ rendered, number })).toMatchObject({ kind: 'merged' });
  });

  it('and merged is none of ours: what it brought is an edit by hand', async () => {
    const { main, number } = await openedEarly((name) => commitAsBot(name, evil));
    expect(await world().forge.mergeBy('flo', number, 'merge')).toBe('merged');
    const { rendered, number: own } = await world().propose('promotion', main);
    expect(own).not.toBe(number);
    expect(rendered.lostEdits).toEqual([file]);
  });
});
