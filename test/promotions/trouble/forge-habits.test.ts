import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git } from '../../support/git.ts';
import { onPlatform } from '../support/promotion.ts';

/** What is late is waited for longer than a busy machine takes. */
const patient = { forgeLagMs: 60_000 };

describe('a push that the forge refuses because it is broken itself', () => {
  it.for([
    ['Internal Server Error', 'Internal Server Error'],
    ['failure', 'fatal error in commit_refs'],
  ] as const)('(%s) is tried again', async ([reason, words]) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { gitops } = platform;
      // The stand-in runs hooks where a branch is protected.
      platform.forge.protectBranch(platform.names.gitops, 'elsewhere', { requiredApprovals: 1 });
      gitops.git(['config', 'receive.procReceiveRefs', 'refs/heads/deploy']);
      const hook = join(gitops.path, 'hooks/proc-receive');
      writeFileSync(hook, procReceive(reason, words));
      chmodSync(hook, 0o755);
      const promotion = await promote();
      await promotion.awaits(words);
      gitops.git(['config', '--unset', 'receive.procReceiveRefs']);
      await promotion.reaches('dev', 'promoted');
    });
  });
});

describe('a branch of ours', () => {
  it('that another branch is in the way of names that one, and a person is asked to move it', async () => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      platform.gitops.setBranch('deploy', platform.gitops.head('dev') ?? '');
      const { message } = await (await promote()).reaches('dev', 'needs attention');
      expect(message).toMatch(/beside branch deploy: .* Rename or delete the other one there, then retry/);
    });
  });

  it('that the forge rebases, as *Update with rebase* does, is rendered again', async () => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { gitops } = platform;
      const promotion = await promote();
      const { branch = '', head = '' } = (await promotion.reaches('dev', 'pull request open')).request ?? {};
      gitops.setBranch('next', gitops.head('dev') ?? '');
      const next = gitops.commit('next', { 'two/note.yaml': 'kind: Note\n' });
      const tree = gitops.git(['merge-tree', '--write-tree', head, next]);
      const env = { GIT_AUTHOR_NAME: 'Fairlead', GIT_AUTHOR_EMAIL: 'fairlead@noreply.fairlead.dev' };
      const rebased = git(gitops.path, ['commit-tree', tree, '-p', next, '-m', 'Promote dev'], { env });
      gitops.git(['update-ref', '--stdin'], `update refs/heads/dev ${next}\nupdate refs/heads/${branch} ${rebased}\n`);
      await promotion.rendersAgain('dev', head);
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('that somebody deletes before its request is open is pushed again, and the request is opened', async () => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      platform.forge.fail({ match: /^POST .*\/pulls$/, times: 4, trouble: { kind: 'answer', status: 503 } });
      const promotion = await promote();
      await promotion.awaits('503');
      platform.gitops.deleteBranch(`deploy/${platform.firstCommit}/dev`);
      await promotion.reaches('dev', 'pull request open');
    });
  });
});

describe('the forge, a moment behind its own push or request', () => {
  it.for([
    ['PullRequest', /^POST .*\/pulls$/, 'No commits between dev and deploy/x/dev'],
    ['Label', /^POST .*\/issues\/1\/labels$/, "Could not resolve to a node with the global id of 'PR_x'."],
  ] as const)('is asked again (%s)', async ([resource, match, message]) => {
    await onPlatform(
      [{ name: 'dev' }],
      async ({ platform, promote }) => {
        const body = { message: 'Validation Failed', errors: [{ resource, code: 'custom', message }] };
        platform.forge.fail({ match, trouble: { kind: 'answer', status: 422, body } });
        await (await promote()).reaches('dev', 'promoted');
      },
      patient,
    );
  });
});

describe('a commit that its branch does not show yet, on whose push CI has called', () => {
  it('is promoted when it does', async () => {
    await onPlatform(
      [{ name: 'dev' }],
      async ({ platform, promote }) => {
        const { source } = platform;
        const before = source.head('main') ?? '';
        const commit = platform.release('2');
        source.setBranch('main', before);
        source.setBranch('elsewhere', commit);
        const promotion = await promote(commit);
        await promotion.awaits('is looked for until');
        source.setBranch('main', commit);
        expect((await promotion.result()).state).toBe('promoted');
      },
      patient,
    );
  });

  it('of config is configured when it does', async () => {
    await onPlatform(
      [{ name: 'dev' }],
      async ({ platform, promote, configure }) => {
        await (await promote()).result();
        const { source } = platform;
        const before = source.head('dev') ?? '';
        const commit = platform.setValue('dev', 'x');
        source.setBranch('dev', before);
        source.setBranch('elsewhere', commit);
        const change = await configure('dev', commit);
        await change.awaits('is looked for until');
        source.setBranch('dev', commit);
        expect((await change.result()).state).toBe('configured');
      },
      patient,
    );
  });
});

/** A hook that answers each command with this reason. */
function procReceive(reason: string, words: string): string {
  return `#!/usr/bin/env node
const fs = require('node:fs');
const read = (size) => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; ) {
    const count = fs.readSync(0, bytes, at, size - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return bytes;
};
const line = () => {
  const size = parseInt(read(4).toString(), 16);
  return size === 0 ? null : read(size - 4).toString();
};
const send = (text) => fs.writeSync(1, (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text);
while (line() !== null);
send('version=1\\n');
fs.writeSync(1, '0000');
const refs = [];
for (let each; (each = line()) !== null; ) refs.push(each.trim().split(' ')[2]);
fs.writeSync(2, ${JSON.stringify(words)} + '\\n');
for (const ref of refs) send('ng ' + ref + ' ${reason}\\n');
fs.writeSync(1, '0000');
`;
}
