import { describe, it } from 'vitest';
import { type GiteaPlatform, onGiteaPlatform } from './platform.ts';

/**
 * Moves dev, and presses the button on the request before Fairlead has rendered it on the new head; does so again where Fairlead was
 * quicker, so that there was nothing to update. Answers the head that Gitea has made.
 */
async function update({ world, gitops, head }: GiteaPlatform, branch: string, style: string): Promise<string> {
  for (let left = 10; left > 0; left -= 1) {
    gitops.local.commit('dev', { 'two/note.yaml': `kind: Note\nleft: ${left}\n` });
    await gitops.push('dev');
    const answer = await world.asMaintainer('POST', `/pulls/1/update?style=${style}`).catch((error: unknown) => error);
    if (answer instanceof Error && !/: 500 /.test(answer.message)) throw answer;
    const updated = await head(branch);
    const committer = gitops.local.git(['show', '--no-patch', '--format=%cn', updated]);
    if (committer === world.maintainer.name) return updated;
  }
  throw new Error('Fairlead was quicker than the button ten times');
}

describe('A request on Gitea', () => {
  it.for([
    ['rebase', 1],
    ['merge', 2],
  ] as const)('that a person updates by the button (%s) is rendered again, and promoted', async (row, { expect }) => {
    const [style, parents] = row;
    const options = { mergeInterval: '5s' };
    await onGiteaPlatform(
      [{ name: 'dev', merge: 'manual' }],
      async ({ platform, promote, deployed }) => {
        const { world, gitops, firstCommit } = platform;
        const promotion = await promote();
        const { branch = '' } = (await promotion.reaches('dev', 'pull request open')).request ?? {};
        const updated = await update(platform, branch, style);
        expect(gitops.local.git(['show', '--no-patch', '--format=%P', updated]).split(' ')).toHaveLength(parents);
        await expect
          .poll(
            async () => {
              const { environments } = await promotion.status();
              const head = await platform.head(branch);
              return head !== updated && environments[0]?.request?.head === head;
            },
            { timeout: 60_000 },
          )
          .toBe(true);
        expect((await world.forge.pullRequest(1)).state).toBe('open');
        await world.person.merge(1, 'merge');
        const { state, environments } = await promotion.result();
        expect(state).toBe('promoted');
        expect(environments[0]).toMatchObject({ mergedBy: world.maintainer.name, request: { number: 1 } });
        expect((await deployed('dev'))?.main).toBe(firstCommit);
      },
      options,
    );
  });
});
