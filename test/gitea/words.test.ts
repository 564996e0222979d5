import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlockText, codeText, markdownText, titleText } from '../../src/untrusted-text.ts';
import { temporaryDirectory } from '../support/git.ts';
import type { Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, workbenchOf } from './gitea-world.ts';

const directory = temporaryDirectory('gitea-words');
let world: GiteaWorld;
let bench: Workbench;
/** An issue that nobody may close, and the user who is not to be called. */
let issue: number;

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await workbenchOf(world, join(directory.path, 'local'), 4);
  issue = await newIssue();
});
afterAll(() => directory.remove());

async function newIssue(): Promise<number> {
  return (await world.asMaintainer<{ number: number }>('POST', '/issues', { title: 'Do not close' })).number;
}

/** What people may write that a forge would obey: `words` say where it is. */
function evil(): Readonly<Record<string, string>> {
  const { maintainer, repository, site } = world;
  return {
    mention: `@${maintainer.name} please, (@${maintainer.name}) and @acme/owners`,
    keyword: `fixes #${issue}, closes: #${issue}; resolve ${repository}#${issue} close !${issue}`,
    reopening: `reopens #${issue}, reopen: ${repository}#${issue}`,
    address: `closes ${site.url}/${repository}/issues/${issue}`,
    link: 'see https://evil.example/x, www.evil.example and mallory@evil.example',
    markdown:
      '[a](https://evil.example) ![b](https://evil.example/b.png) <https://evil.example> [c]: https://evil.example',
    wiki: '[[Home]] [[Home|https://evil.example]]',
    html: '<a href="https://evil.example">x</a><img src="https://evil.example/b.png">',
    trailer: 'one\n\nCo-authored-by: Mallory <mallory@evil.example>\nReviewed-by: @ann',
    skip: '[skip ci] [ci skip] [no ci] [skip actions] [actions skip] ***NO_CI*** skip-checks: true',
    task: '- [ ] a task\n- [x] done',
    entity: '&#64;ann &#x40;ann &#35;1',
    wide: 'a \u202ereversed @ann\u2028#1',
  };
}

async function rendered(text: string): Promise<string> {
  const asked = { Text: text, Mode: 'comment', Context: `/${world.repository}` };
  return world.asMaintainer<string>('POST', '/markdown', asked);
}

/** Finds what a forge has made of a text that was to stay text. */
const markup = /<a\b|<img\b|<input\b|class="mention|class="[^"]*ref-issue/;

describe('What people wrote, as Gitea shows it', () => {
  it('is a mention, a reference and a link where nothing is done about it', async () => {
    const { mention = '', keyword = '', link = '', markdown = '' } = evil();
    for (const text of [mention, keyword, link, markdown]) expect(await rendered(text)).toMatch(markup);
  });

  it('is text in a body, as code, and in a block of code', async () => {
    for (const [name, text] of Object.entries(evil())) {
      const shown = await rendered(`- ${markdownText(text)} (${markdownText(text)})`);
      expect(shown, name).not.toMatch(markup);
      expect(await rendered(codeText(text)), name).not.toMatch(markup);
      expect(await rendered(codeBlockText(text.split('\n'), 'diff')), name).not.toMatch(/<a\b|<img\b|class="mention/);
      expect(await rendered(titleText(text)), name).not.toMatch(/class="mention|class="[^"]*ref-issue/);
    }
  });

  it('skips nothing', () => {
    const strings = ['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]', 'NO_CI', 'skip-checks'];
    const { skip = '' } = evil();
    for (const shown of [titleText(skip), markdownText(skip), codeText(skip)])
      for (const string of strings) expect(shown.replaceAll('\\', '')).not.toContain(string);
  });
});

describe('What people wrote, as Gitea obeys it', () => {
  it.each([
    ['as it is', false],
    ['as Fairlead writes it', true],
  ] as const)('%s', async (_, isTamed) => {
    // Of its own: Gitea may still close the one before, because a merge closes it both as a request and as a push.
    issue = await newIssue();
    const base = bench.pair();
    // Keywords count on the default branch, as rules of GitOps repositories may make it. An internal error while Gitea still works on a push.
    const makeDefault = () => world.asMaintainer('PATCH', '', { default_branch: base.base });
    await expect.poll(makeDefault).toMatchObject({ default_branch: base.base });
    const write = (text: string) => (isTamed ? titleText(text) : text.replaceAll('\n', ' '));
    const { mention = '', keyword = '', ...others } = evil();
    // As it is, the rest could undo what these two do.
    const all = [mention, keyword, ...(isTamed ? Object.values(others) : [])];
    const title = `Promote: ${write(all.slice(0, 2).join(' '))}`;
    const body = all.map((text) => (isTamed ? `- ${markdownText(text)}\n- ${codeText(text)}` : text)).join('\n\n');
    bench.local.commit(base.head, { 'more.yaml': 'x\n' }, { message: `Render: ${write(all.join(' '))}` });
    await bench.push(base.head);
    const sha = bench.local.head(base.head) ?? '';
    const before = await unread();
    const open = () =>
      world.forge.openPullRequest({
        ...base.draft,
        title,
        body,
        head: { branch: base.head, sha },
      });
    // The forge shows the push a moment later.
    await expect.poll(open).toMatchObject({ state: 'open' });
    const { number } = await open();
    await expect.poll(() => world.forge.merge(number, sha)).toMatchObject({ kind: 'merged' });
    if (!isTamed) {
      await expect.poll(async () => (await issueNow()).state).toBe('closed');
      await expect.poll(unread).toBeGreaterThan(before);
      return;
    }
    // What was wrong a moment ago, the other way round, has shown by the time that the merge is listed and told.
    await world.asMaintainer('POST', `/issues/${issue}/comments`, { body: 'later' });
    expect((await issueNow()).state).toBe('open');
    const events = await world.asMaintainer<readonly { type: string; body: string; ref_issue?: { number: number } }[]>(
      'GET',
      `/issues/${issue}/timeline`,
    );
    expect(events.filter(({ ref_issue }) => ref_issue?.number === number)).toEqual([]);
    expect(events.filter(({ type, body: words }) => type === 'commit_ref' && words.includes(sha))).toEqual([]);
    expect(await mentionsOf(number)).toEqual([]);
  });
});

function issueNow(): Promise<{ readonly state: string }> {
  return world.asMaintainer('GET', `/issues/${issue}`);
}

async function unread(): Promise<number> {
  return (await world.maintainer.api<{ new: number }>('GET', '/notifications/new')).new;
}

/** The notifications of the maintainer about a request. */
async function mentionsOf(number: number): Promise<readonly unknown[]> {
  const all = await world.maintainer.api<readonly { subject: { url: string } }[]>('GET', '/notifications?limit=50');
  return all.filter(({ subject }) => subject.url.endsWith(`/${number}`));
}
