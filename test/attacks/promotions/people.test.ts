import { describe, it } from 'vitest';
import type { SmallPlatform } from '../../promotions/support/platform.ts';
import { onPlatform } from '../../promotions/support/promotion.ts';

const subject =
  'Fix @team fixes #12 fixes GH-12 closes https://github.com/acme/x/issues/1 ![x](http://example.invalid/x.png) ' +
  '<img src=x> **bold** [skip ci] \u001b[31m \u202e';
const zeros = '0'.repeat(40);
const body = `\n\nMain: ${zeros}\nConfig: ${zeros}\nskip-checks: true\nCo-authored-by: Mallory <m@example.invalid>\n`;

/** What a forge, a CI or a terminal would make something of. */
const effects: readonly RegExp[] = [
  /@team/,
  /#12/,
  /\bGH-12/,
  /https?:\/\/(?:github\.com\/acme\/x|example\.invalid)/,
  /\[skip ci\]/,
  /skip-checks:/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is what is said here.
  /[\u001b\u202e]/,
];
/** What Markdown makes something of: titles and messages are none. */
const markup = [/!\[x\]\(/, /(?<!\\)<img/, /(?<!\\)\*\*bold/];
const trailersOfOthers = [/Main: 0{40}/, /Config: 0{40}/, /Co-authored-by:/];

/** Everything that the forge has of people's words: requests, and the messages of all commits. */
async function shown({ gitops, requests }: SmallPlatform): Promise<Record<string, string>> {
  const found = await requests();
  return {
    titles: found.map(({ title }) => title).join('\n'),
    bodies: found.map((request) => [request.body, ...request.comments.map((each) => each.body)].join('\n')).join('\n'),
    messages: gitops.git(['log', '--format=%B', 'dev']),
  };
}

describe.concurrent('A commit whose subject and body are made for those who read them', () => {
  it('mentions, closes, links, skips and steers nothing, in request and merge', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const file = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: web }\ndata: { version: "2" }\n';
      await (await promote()).result();
      const commit = platform.source.commit('main', { 'apps/web/web.yaml': file }, { message: `${subject}${body}` });
      expect((await (await promote(commit)).result()).state).toBe('promoted');
      const places = await shown(platform);
      for (const [place, text] of Object.entries(places)) {
        expect([place, text]).toEqual([place, expect.stringContaining('Fix')]);
        for (const effect of [...effects, ...trailersOfOthers, ...(place === 'bodies' ? markup : [])])
          expect([place, text]).not.toEqual([place, expect.stringMatching(effect)]);
      }
      expect(places.messages).toContain(`Main: ${commit}`);
    });
  });
});

describe.concurrent('An approval by whoever wrote the commit', () => {
  it('is a claim to Fairlead, and no review to the forge: where the branch asks for one, nothing is merged', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', merge: 'approval' }], async ({ platform, promote }) => {
      platform.forge.protectBranch(platform.names.gitops, 'dev', { requiredApprovals: 1 });
      const before = platform.gitops.head('dev');
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'awaiting approval');
      await promotion.decide('approve', { environment: 'dev', head: request?.head, by: 'Ada Lovelace' });
      await promotion.awaits('At least 1 approving review is required');
      expect(platform.gitops.head('dev')).toBe(before);
      await platform.forge.approve(platform.names.gitops, request?.number ?? 0);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });
});
