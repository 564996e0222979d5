import { describe, expect, it } from 'vitest';
import { draft, pullRequestJson, recordedForge } from './recorded-forge.ts';

const promotion = { id: 4, name: 'promotion' };
const moved = { sha: 'c'.repeat(40) };

describe('Opening a request on Gitea', () => {
  it('takes three calls, and gives the label by its id', async () => {
    const { forge, calls, sent } = recordedForge({
      'GET /pulls/qa/deploy/x': { status: 404, json: { message: 'not found' } },
      'GET /labels': { json: [promotion] },
      'POST /pulls$': { status: 201, json: pullRequestJson({ labels: [promotion] }) },
    });
    expect(await forge.openPullRequest(draft)).toMatchObject({ number: 7, labels: ['promotion'], state: 'open' });
    expect(calls()).toHaveLength(3);
    expect(sent.at(-1)?.body).toMatchObject({ head: 'deploy/x', base: 'qa', labels: [4] });
  });

  it('takes two calls where it is the first from its branch: no merged one is looked for', async () => {
    const { forge, calls } = recordedForge({
      'GET /labels': { json: [promotion] },
      'POST /pulls$': { status: 201, json: pullRequestJson({ labels: [promotion] }) },
    });
    expect(await forge.openPullRequest({ ...draft, isFirst: true })).toMatchObject({ number: 7, state: 'open' });
    expect(calls()).toHaveLength(2);
  });

  it('makes a label that neither the repository nor the organisation has', async () => {
    const { forge, sent } = recordedForge({
      'GET /pulls/qa/deploy/x': { status: 404 },
      'GET /labels': { json: [{ id: 1, name: 'bug' }] },
      'GET /api/v1/orgs/acme/labels': { json: [] },
      'POST /labels': { status: 201, json: { id: 9, name: 'promotion' } },
      'POST /pulls$': { status: 201, json: pullRequestJson() },
    });
    await forge.openPullRequest(draft);
    expect(sent.at(-1)?.body).toMatchObject({ labels: [9] });
  });

  it.each([403, 404])('makes the label where the owner answers %i for labels: it may be a person', async (status) => {
    const { forge, calls } = recordedForge({
      'GET /pulls/qa/deploy/x': { status: 404 },
      'GET /labels': { json: [] },
      'GET /api/v1/orgs/acme/labels': { status },
      'POST /labels': { status: 201, json: { id: 9, name: 'promotion' } },
      'POST /pulls$': { status: 201, json: pullRequestJson() },
    });
    await forge.openPullRequest(draft);
    expect(calls()).toContain('POST /labels');
  });

  it.each([
    ['WIP: Promote old', 'WIP: Promote'],
    ['[Draft] Promote old', '[Draft] Promote'],
    // The forge's settings may name any mark.
    ['DO NOT MERGE: Promote old', 'DO NOT MERGE: Promote old'],
    ['[not now] Promote old', '[not now] Promote old'],
  ])('keeps the mark that makes a draft of %j, and brings the other text up to date', async (present, title) => {
    const open = pullRequestJson({ title: present, draft: true, body: 'Old', labels: [promotion] });
    const { forge, sent } = recordedForge({
      'GET /pulls/qa/deploy/x': { status: 404 },
      'GET /labels': { json: [promotion] },
      'POST /pulls$': { status: 409, json: { message: 'pull request already exists for these targets' } },
      'GET /pulls\\?': { json: [open] },
      'PATCH /pulls/7': { status: 201, json: open },
    });
    await forge.openPullRequest(draft);
    expect(sent.at(-1)?.body).toEqual({ title, body: 'What changes' });
  });

  it.each([
    ['GET /branches/qa', 404, 'NotFound', 'has no branch qa'],
    ['GET /branches/qa', 500, 'Unavailable', 'no branch qa in acme/gitops: it does not show the push yet'],
    [
      'GET /branches/deploy%2Fx',
      404,
      'Unavailable',
      'no branch deploy/x in acme/gitops: it does not show the push yet',
    ],
  ])('names the branch that is missing: %s is %i', async (...[call, status, type, words]) => {
    const { forge } = recordedForge({
      'GET /pulls/qa/deploy/x': { status: 404 },
      'GET /labels': { json: [promotion] },
      'POST /pulls$': { status: 404, json: { message: 'object does not exist' } },
      [call]: { status, text: 'Internal Server Error' },
      'GET /branches/': { json: {} },
    });
    await expect(forge.openPullRequest(draft)).rejects.toMatchObject({ type, message: expect.stringContaining(words) });
  });

  it('waits for what git or the forge itself has named, and does not find', async () => {
    const { forge } = recordedForge({
      'GET /pulls/qa/deploy/x': { status: 404 },
      'GET /labels': { json: [promotion] },
      'POST /pulls$': { status: 404, json: { message: 'object does not exist' } },
      'GET /branches/qa': { status: 404 },
      'GET /pulls/7': { status: 404 },
    });
    await expect(forge.openPullRequest(draft)).rejects.toMatchObject({ type: 'NotFound', patienceMs: 120_000 });
    await expect(forge.pullRequest(7)).rejects.toMatchObject({ type: 'NotFound', patienceMs: 120_000 });
  });

  it('takes an empty one back that the forge opens all the same', async () => {
    const { forge, sent } = recordedForge({
      'GET /pulls/qa/deploy/x': { status: 404 },
      'GET /labels': { json: [promotion] },
      'POST /pulls$': { status: 201, json: pullRequestJson({ merge_base: draft.head.sha }) },
      'PATCH /pulls/7': { status: 201, json: pullRequestJson({ state: 'closed' }) },
    });
    await expect(forge.openPullRequest(draft)).rejects.toMatchObject({ type: 'Refused', patienceMs: 120_000 });
    expect(sent.at(-1)?.body).toEqual({ state: 'closed' });
  });

  it('looks for a merged one by its own head, and not by what its branch has now', async () => {
    const merged = { state: 'closed', merged: true, merge_commit_sha: 'd'.repeat(40), merged_by: { login: 'ann' } };
    const { forge, calls } = recordedForge({
      'GET /pulls/qa/deploy/x': { json: pullRequestJson(merged) },
      'GET /pulls\\?state=closed': {
        json: [
          pullRequestJson({
            ...merged,
            merged_by: null,
            head: { label: 'deploy/x', ref: 'deploy/x', ...moved, repo_id: 3 },
          }),
        ],
      },
      'GET /pulls/7$': { json: pullRequestJson(merged) },
      'GET /git/refs/pull/7/head': { json: { ref: 'refs/pull/7/head', object: { sha: draft.head.sha } } },
    });
    expect(await forge.openPullRequest(draft)).toMatchObject({
      state: 'merged',
      head: { sha: draft.head.sha },
      endedBy: 'ann',
    });
    expect(calls().some((call) => call.startsWith('POST'))).toBe(false);
  });
});

describe('Merging on Gitea', () => {
  const path = 'POST /pulls/7/merge';

  it('names the head that alone may be merged, and goes on to another method where one is disabled', async () => {
    const { forge, sent } = recordedForge({
      [path]: ({ body }) =>
        (body as { Do: string }).Do === 'squash'
          ? {}
          : { status: 405, json: { message: 'merge is not allowed an allowed merge style for this repository' } },
      'GET /pulls/7': { json: pullRequestJson({ state: 'closed', merged: true, merge_commit_sha: moved.sha }) },
    });
    expect(await forge.merge(7, draft.head.sha)).toEqual({ kind: 'merged', commit: moved.sha });
    expect(sent.map(({ body }) => body)).toEqual([
      { Do: 'merge', head_commit_id: draft.head.sha },
      { Do: 'squash', head_commit_id: draft.head.sha },
      undefined,
    ]);
  });

  it('tries what needs no key of the forge, where that has none to sign a merge', async () => {
    const answers = (fastForward: object) => ({
      [path]: ({ body }: { readonly body: unknown }) =>
        (body as { Do: string }).Do === 'fast-forward-only'
          ? fastForward
          : { status: 405, json: { message: 'wont sign: nokey' } },
    });
    const merged = pullRequestJson({ state: 'closed', merged: true, merge_commit_sha: draft.head.sha });
    const { forge } = recordedForge({ ...answers({}), 'GET /pulls/7': { json: merged } });
    expect(await forge.merge(7, draft.head.sha)).toEqual({ kind: 'merged', commit: draft.head.sha });
    const forbidden = { status: 405, json: { message: 'fast-forward-only is not allowed an allowed merge style' } };
    const other = recordedForge({ ...answers(forbidden), 'GET /pulls/7': { json: pullRequestJson() } });
    expect(await other.forge.merge(7, draft.head.sha)).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/^wont sign: nokey\. The branch wants signed commits.*allow fast-forward/),
    });
  });

  it('is refused where every method is disabled', async () => {
    const { forge } = recordedForge({
      [path]: { status: 405, json: { message: 'x is not allowed an allowed merge style for this repository' } },
    });
    expect(await forge.merge(7, draft.head.sha)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('merge, squash, rebase'),
    });
  });

  it.each([
    [
      { status: 405, message: 'User not allowed to merge PR' },
      {},
      {
        kind: 'refused',
        reason: "User not allowed to merge PR. Add the worker's account to those who may merge there.",
      },
    ],
    [{ status: 409, message: 'PushRejected with remote message: no' }, {}, { kind: 'refused' }],
    [{ status: 405, message: 'not ready to merge: Changed protected files' }, {}, { kind: 'refused' }],
    [
      { status: 405, message: 'Does not have enough approvals' },
      {},
      { kind: 'not yet', awaiting: 'Does not have enough approvals' },
    ],
    [
      { status: 409, message: 'head out of date' },
      { head: { label: 'deploy/x', ...moved, repo_id: 3 } },
      { kind: 'head moved' },
    ],
    [
      { status: 405, message: 'Work in progress PRs cannot be merged' },
      { title: '[WIP] Promote', draft: true },
      { kind: 'not yet', awaiting: expect.stringContaining('[WIP]') },
    ],
    [
      { status: 404, message: 'not found' },
      { state: 'closed' },
      { kind: 'refused', reason: 'Pull request #7 is closed.' },
    ],
    [{ status: 409, Style: 'merge', StdErr: 'CONFLICT', StdOut: '' }, {}, { kind: 'conflict' }],
    [{ status: 409, message: 'merge push out of date' }, {}, { kind: 'not yet' }],
  ])('%j with %j is %j', async ({ status, ...json }, found, result) => {
    const { forge } = recordedForge({ [path]: { status, json }, 'GET /pulls/7': { json: pullRequestJson(found) } });
    expect(await forge.merge(7, draft.head.sha)).toMatchObject(result);
  });

  it('that is an internal error is explained by the request where that has ended, and passes otherwise', async () => {
    const broken = { status: 500, json: { message: '' } };
    const mergeOf = (found: object) =>
      recordedForge({ [path]: broken, 'GET /pulls/7': { json: pullRequestJson(found) } }).forge.merge(
        7,
        draft.head.sha,
      );
    expect(await mergeOf({ state: 'closed' })).toMatchObject({ kind: 'refused' });
    await expect(mergeOf({})).rejects.toMatchObject({ type: 'Unavailable' });
  });

  it('waits a moment while the forge computes whether it conflicts', async () => {
    let left = 2;
    const { forge } = recordedForge({
      [path]: () => (left-- > 0 ? { status: 405, json: { message: 'Please try again later' } } : {}),
      'GET /pulls/7': { json: pullRequestJson({ state: 'closed', merged: true, merge_commit_sha: moved.sha }) },
    });
    expect(await forge.merge(7, draft.head.sha)).toEqual({ kind: 'merged', commit: moved.sha });
  });

  it('takes what is not computed after that for a conflict only where the base has moved', async () => {
    const computing = { status: 405, json: { message: 'Please try again later' } };
    const results = await Promise.all(
      [{}, { base: { label: 'qa', ...moved, repo_id: 3 } }].map((more) =>
        recordedForge({ [path]: computing, 'GET /pulls/7': { json: pullRequestJson(more) } }).forge.merge(
          7,
          draft.head.sha,
        ),
      ),
    );
    expect(results.map(({ kind }) => kind)).toEqual(['not yet', 'conflict']);
  });
});

describe('Closing on Gitea', () => {
  it('is no failure where it was merged in this moment, and one where anything else keeps it open', async () => {
    for (const merged of [true, false]) {
      let asked = 0;
      const { forge } = recordedForge({
        'GET /pulls/7': () => ({ json: pullRequestJson(asked++ > 0 && merged ? { merged, state: 'closed' } : {}) }),
        'GET /issues/7/comments': { json: [] },
        'POST /issues/7/comments': { status: 201, json: {} },
        'PATCH /pulls/7': { status: 412, json: { message: 'it still has open dependencies' } },
      });
      const closing = forge.close(7, 'Superseded');
      if (merged) await closing;
      else
        await expect(closing).rejects.toMatchObject({
          type: 'Refused',
          message: expect.stringContaining('open dependencies'),
        });
    }
  });
});

describe('A Forgejo', () => {
  it('is asked as Gitea is, also below a path of its host', async () => {
    const { forge } = recordedForge({ 'GET /pulls/7': { json: pullRequestJson() } }, { kind: 'forgejo' });
    expect(await forge.pullRequest(7)).toMatchObject({ number: 7, head: { branch: 'deploy/x' }, base: 'qa' });
  });
});
