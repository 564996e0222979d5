import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RequestFacts, requestBody, requestTitle } from '../../src/activities/pull-request/request-text.ts';
import { commitMessage } from '../../src/activities/render/commit-message.ts';
import { codeText, markdownText } from '../../src/untrusted-text.ts';
import { temporaryDirectory } from '../support/git.ts';
import { createWorkbench, type Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, reportsOf } from './gitea-world.ts';

const directory = temporaryDirectory('gitea-skip-words');
let world: GiteaWorld;
let bench: Workbench;
/** The commit of main that has the workflow, which every branch starts from: Gitea reads it at the head that it runs for. */
let start: string;

const workflow = 'on: [push, pull_request]\njobs: { look: { runs-on: nowhere, steps: [{ run: "true" }] } }\n';
/** All that Gitea 1.27 skips by, in the message of a head and in the title of a request, where its settings name nothing else. */
const skipWords = ['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]'];
/** What could become one of them on its way. */
const disguised = ['[skip\u202e ci]', '[no\nci]', '[[skip ci]]', '[skip [] [ci skip]', '[x] [[no ci]skip ci]'];

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await createWorkbench(join(directory.path, 'local'), world.remote);
  start = bench.local.commit('main', { '.gitea/workflows/look.yaml': workflow });
  await bench.push('main');
  await world.shows?.(['main']);
});
afterAll(() => directory.remove());

describe('The Actions of Gitea', () => {
  it('run for a commit whatever the subject, as Fairlead writes it, and not where nothing is done about it', async () => {
    const plain = skipWords.map((words, index) => [`plain-${index}`, `Render: ${words}`] as const);
    const tamed = [...skipWords, ...disguised].flatMap((words, index) => [
      [`tamed-${index}`, messageOf(words)] as const,
      [`worded-${index}`, messageOf(words, 'chore: {subject}')] as const,
    ]);
    // Gitea works on what comes with one push one by one: those to be skipped come first.
    const heads = await pushed([...plain, ...tamed]);
    await expect.poll(() => ranFor('push', heads)).toEqual(namesOf(tamed));
  });

  it('run for a request whatever the subject, as its title has it, and not where nothing is done about it', async () => {
    const plain = skipWords.map((words, index) => [`plain-title-${index}`, `Promote: ${words}`] as const);
    const tamed = [...skipWords, ...disguised].map((words, index) => [`tamed-title-${index}`, titleOf(words)] as const);
    const titles = [...plain, ...tamed];
    const heads = await pushed(titles.map(([name]) => [name, `Render ${name}`] as const));
    for (const [name, title] of titles) await opened(name, { title });
    await expect.poll(() => ranFor('pull_request', heads)).toEqual(namesOf(tamed));
  });

  it('run whatever a subject makes of brackets that a template has around it', async () => {
    const inBrackets = skipWords.flatMap((words, index) => {
      const bare = words.slice(1, -1);
      return [
        [`bare-${index}`, messageOf(bare, '[{subject}]')] as const,
        [`opened-${index}`, messageOf(`x] [${bare}`, '[{environment}: {subject}]')] as const,
        [`closed-${index}`, messageOf(`${bare}] [x`, '[{subject} in {environment}]')] as const,
      ];
    });
    const heads = await pushed(inBrackets);
    await expect.poll(() => ranFor('push', heads)).toEqual(namesOf(inBrackets));
  });

  it('run for the merge of a request, whose message has the title', async () => {
    const titles = [
      ['plain-merge', 'Promote: [skip ci]'],
      ['tamed-merge', titleOf(skipWords.join(' '))],
    ] as const;
    await pushed(titles.map(([name]) => [name, `Render ${name}`] as const));
    const merges = new Map<string, string>();
    for (const [name, title] of titles)
      merges.set(await world.person.merge(await opened(name, { title }), 'merge'), name);
    await expect.poll(() => ranFor('push', merges)).toEqual(['tamed-merge']);
  });
});

describe('Reasons and file names, in the body and a comment of a request', () => {
  it('call nobody, close nothing and skip nothing, also where a person merges with the body as the message', async () => {
    const requests: {
      readonly name: string;
      readonly number: number;
      readonly issue: number;
      readonly body: string;
    }[] = [];
    // The one that calls comes last: by the time that its call is told, the other's would be.
    for (const name of ['tamed', 'plain']) {
      const { number: issue } = await world.asMaintainer<{ number: number }>('POST', '/issues', { title: name });
      const reason = `${skipWords.join(' ')} @${world.maintainer.name} closes #${issue}`;
      const path = `apps/@${world.maintainer.name}/fixes #${issue}/[skip ci].yaml`;
      const body = name === 'plain' ? `${reason}\n\n${path}` : bodyOf(reason, path);
      const text = name === 'plain' ? reason : `${markdownText(reason)}\n- ${codeText(path)}`;
      await pushed([[`${name}-body`, `Render ${name}`]]);
      const number = await opened(`${name}-body`, { title: `Promote ${name}`, body });
      await reportsOf(world).progressComment({ number, text });
      requests.push({ name, number, issue, body });
    }
    const [tamed, plain] = requests;
    if (!tamed || !plain) throw new Error('There are two');
    await expect.poll(() => isToldOf(plain.number)).toBe(true);
    expect(await isToldOf(tamed.number)).toBe(false);

    const merges = new Map<string, string>();
    for (const { name, number, body } of [plain, tamed]) merges.set(await squashed(number, body), name);
    await expect.poll(() => ranFor('push', merges)).toEqual(['tamed']);
    await expect.poll(() => stateOf(plain.issue)).toBe('closed');
    expect(await stateOf(tamed.issue)).toBe('open');
  });
});

type Named = readonly [name: string, text: string];

function namesOf(named: readonly Named[]): readonly string[] {
  return named.map(([name]) => name).sort();
}

/** Pushes a branch with a commit of its own for each message, all at once, and answers their names by their heads. */
async function pushed(messages: readonly Named[]): Promise<ReadonlyMap<string, string>> {
  const heads = messages.map(([name, message]) => {
    bench.local.setBranch(name, start);
    return [bench.local.commit(name, { [`${name}.yaml`]: 'x\n' }, { message }), name] as const;
  });
  await bench.push(...messages.map(([name]) => `refs/heads/${name}:refs/heads/${name}`));
  await world.shows?.(messages.map(([name]) => name));
  return new Map(heads);
}

/** Opens a request from a branch to main as Fairlead does, and answers its number. */
async function opened(branch: string, text: { readonly title: string; readonly body?: string }): Promise<number> {
  const head = { branch, sha: bench.local.head(branch) ?? '' };
  const draft = { head, base: 'main', body: '', label: 'promoted', isInBase: async () => true, ...text };
  const open = () => world.forge.openPullRequest(draft);
  // The forge shows the push a moment later.
  await expect.poll(open).toMatchObject({ state: 'open' });
  return (await open()).number;
}

/** Answers for which of these commits there is a run of this event, by their names. */
async function ranFor(event: 'push' | 'pull_request', heads: ReadonlyMap<string, string>): Promise<readonly string[]> {
  interface Runs {
    readonly workflow_runs: readonly { readonly head_sha: string }[];
  }
  const { workflow_runs: runs } = await world.asMaintainer<Runs>('GET', `/actions/runs?event=${event}&limit=50`);
  return runs.flatMap(({ head_sha }) => heads.get(head_sha) ?? []).sort();
}

/** Merges as a person does on the page of the request, where the repository's template puts the body into the message. */
async function squashed(number: number, body: string): Promise<string> {
  const asked = { Do: 'squash', MergeTitleField: `Squash (#${number})`, MergeMessageField: body };
  await expect.poll(() => world.asMaintainer('POST', `/pulls/${number}/merge`, asked)).toBeDefined();
  return (await world.asMaintainer<{ merge_commit_sha: string }>('GET', `/pulls/${number}`)).merge_commit_sha;
}

/** Tells whether the maintainer, who has no part in it so far, was told of a request. */
async function isToldOf(number: number): Promise<boolean> {
  const all = await world.maintainer.api<readonly { subject: { url: string } }[]>('GET', '/notifications?limit=50');
  return all.some(({ subject }) => subject.url.endsWith(`/${number}`));
}

async function stateOf(issue: number): Promise<string> {
  return (await world.asMaintainer<{ state: string }>('GET', `/issues/${issue}`)).state;
}

const revision = { main: 'a'.repeat(40), config: 'c'.repeat(40) };

function messageOf(subject: string, template?: string): string {
  const commits = { main: { sha: revision.main, subject }, config: { sha: revision.config, subject } };
  return commitMessage({ operation: 'promotion', environment: 'qa', ...commits }, template);
}

function titleOf(subject: string): string {
  return requestTitle({ ...factsOf(), subject });
}

/** The body of a rollback, which has a reason, takes back a commit, and names files in each list that has them. */
function bodyOf(reason: string, path: string): string {
  const facts = factsOf();
  const requester = { by: reason, reason };
  const author = { name: reason, email: 'mallory@evil.example', date: '2026-01-01T00:00:00Z' };
  const commit = { sha: revision.main, parents: [], tree: start, subject: reason, author, committer: author };
  const main = { direction: 'back', commits: [commit], total: 1 } as const;
  const lists = { lostEdits: [path], waiting: [path], overwritten: [reason], ignoredNotes: [`${path}: ${reason}`] };
  const order = { ...facts.order, operation: 'rollback', deployed: revision, requester, ...lists } as const;
  return requestBody({ ...facts, order, main });
}

function factsOf(): RequestFacts {
  return {
    order: {
      source: 'https://forge.test/acme/platform',
      environment: 'qa',
      gitops: { repository: world.remote.url, branch: 'main' },
      revision,
      operation: 'promotion',
      commit: 'd'.repeat(40),
      branch: `deploy/${revision.main}/qa`,
      base: start,
      waiting: [],
      workflowId: 'promote/acme/platform/a',
    },
    subject: 'Raise the limits',
    main: { direction: 'back', commits: [], total: 0 },
    config: { direction: 'back', commits: [], total: 0 },
    changes: undefined,
    commitUrl: () => undefined,
  };
}
