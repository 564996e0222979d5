import { describe, expect, it } from 'vitest';
import { renderEnvironment } from '../../../../src/activities/render/render-environment.ts';
import type { Dependencies } from '../../../../src/dependencies.ts';
import { createGitRepositories } from '../../../../src/git/repositories.ts';
import { provenanceAt } from '../../../../src/gitops/gitops-branch.ts';
import { gitTestEnvironment } from '../../../support/git.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
const branch = 'configure/qa';

/** A worker with templates and an author of its own, that has seen nothing yet. */
function workerWith(cache: string, email: string): Dependencies {
  const author = { name: 'Acme Bot', email, formerEmails: ['old@example.org'] };
  const cacheDir = `${world().gitops.path}-${cache}`;
  return {
    ...world().dependencies,
    repositories: createGitRepositories({ cacheDir, environment: gitTestEnvironment, author }),
    requestTemplates: { message: 'chore({environment}): {operation}\n\n{subject}' },
  };
}

function render(dependencies: Dependencies) {
  return renderEnvironment(dependencies, { ...world().place, operation: 'config change', config: world().config });
}

describe('A worker with templates and an author of its own', () => {
  it('pushes commits of that form, and another such worker the same ones', async () => {
    await world().deploy('promotion', world().release('1'));
    const config = world().configure('3');
    const first = await render(workerWith('one', 'bot@example.org'));
    const { gitops } = world();
    expect(gitops.git(['log', '-1', '--format=%an <%ae>%n%B', branch])).toMatch(
      /^Acme Bot <bot@example\.org>\nchore\(qa\): config change\n\nUse 3\n\nMain: \w{40}\nConfig: \w{40}$/,
    );
    const commit = first.kind === 'changed' ? first.commit : '';
    const repository = world().elsewhere().open(gitops.path);
    await repository.branchHead(branch);
    expect((await provenanceAt(repository, commit))?.revision.config).toBe(config);
    expect(await render(workerWith('two', 'bot@example.org'))).toMatchObject({ kind: 'changed', commit });
  });

  it('renders over what it pushed under the address that it had before', async () => {
    await world().deploy('promotion', world().release('1'));
    world().configure('3');
    await render(workerWith('one', 'old@example.org'));
    world().configure('4');
    expect(await render(workerWith('two', 'bot@example.org'))).toMatchObject({ kind: 'changed' });
    expect(world().gitops.git(['log', '-1', '--format=%ae', branch])).toBe('bot@example.org');
  });
});
