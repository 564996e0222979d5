import { expect, it } from 'vitest';
import { recordedForge } from './recorded-forge.ts';

it('What an account may do is read with one call', async () => {
  const { forge, calls } = recordedForge({
    GET: {
      json: {
        archived: true,
        permissions: { admin: false, push: false, pull: true },
        allow_merge_commits: false,
        allow_squash_merge: true,
        allow_rebase: false,
      },
      headers: { date: 'Tue, 01 Dec 2026 10:00:00 GMT' },
    },
  });
  expect(await forge.access?.()).toEqual({
    mayWrite: false,
    isArchived: true,
    permissionRemedy:
      'Give the token in environment variable GITEA_TOKEN the scopes write:repository and write:issue, and its user write access to acme/gitops.',
    mergeMethods: ['squash'],
    time: Date.parse('2026-12-01T10:00:00Z'),
  });
  expect(calls()).toHaveLength(1);
});

it('What a forge leaves out is not known', async () => {
  const { forge } = recordedForge({ GET: { json: {} } });
  expect(await forge.access?.()).toMatchObject({ mayWrite: undefined, isArchived: false, mergeMethods: undefined });
});

it('A token that is refused is told with what to do', async () => {
  const { forge } = recordedForge({ GET: { status: 401, json: { message: 'user does not exist' } } });
  await expect(forge.access?.()).rejects.toThrow('Put a valid token into environment variable GITEA_TOKEN.');
});
