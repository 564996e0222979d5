import { describe, it } from 'vitest';
import { limits } from '../../../src/platform/limits.ts';
import { copyOf, promoteFrom } from '../support/copies.ts';
import type { SmallPlatform } from '../support/platform.ts';
import { onPlatform } from '../support/promotion.ts';

/** A kustomization of more than two megabytes, as somebody's generator writes it. */
const large = (name: string) =>
  `resources: [map.yaml]\ncommonAnnotations:\n${Array.from({ length: 100_000 }, (_, index) => `  ${name}-${index}: "0123456789"\n`).join('')}`;

/** Many kustomizations, each as large as one may be: planning them takes until a limit of time or memory. */
function endless(): Record<string, string> {
  const names = Array.from({ length: 120 }, (_, index) => `k${index}`);
  const files = names.flatMap((name) => [
    [
      `lib/${name}/kustomization.yaml`,
      large(name)
        .slice(0, 250_000)
        .replace(/[^\n]*$/, ''),
    ],
    [`lib/${name}/map.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`],
  ]);
  const resources = ['web.yaml', ...names.map((name) => `../../lib/${name}`)];
  return { ...Object.fromEntries(files), 'apps/web/kustomization.yaml': `resources: [${resources.join(', ')}]\n` };
}

function poisonUnassigned({ source }: SmallPlatform): string {
  const names = Array.from({ length: 6 }, (_, index) => `k${index}`);
  return source.commit(
    'main',
    Object.fromEntries(names.map((name) => [`apps/${name}/kustomization.yaml`, large(name)])),
  );
}

describe.concurrent('A poisoned commit', () => {
  it('keeps no other platform from being promoted, and ends with its step', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async (context) => {
      const { platform, promote } = context;
      const copy = await copyOf(platform);
      const policy = 'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\nsoak: 0s\nclusters: none\n';
      copy.source.commit('dev', { 'fairlead.yaml': `${policy}gitops: { branch: east/dev }\n` });
      platform.gitops.commit('east/dev', { 'README.md': 'Manifests of the other dev.\n' });

      const poisoned = await promote(platform.source.commit('main', endless()));
      await poisoned.reaches('dev', 'rendering');
      expect((await (await promoteFrom(context, copy, platform.firstCommit)).result()).state).toBe('promoted');
      await poisoned.decide('abort', { reason: 'it never ends' });
      expect((await poisoned.result()).state).toBe('aborted');
      expect((await (await promoteFrom(context, copy, copy.source.commit('main', {}))).result()).state).toBe(
        'promoted',
      );
    });
  });

  it('is promoted where nothing assigns the poison, and is a warning to whoever renders another', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote, configure }) => {
      const first = await promote();
      await platform.merge((await first.reaches('dev', 'pull request open')).request?.number ?? 0);
      expect((await first.result()).state).toBe('promoted');

      const poison = poisonUnassigned(platform);
      const change = await configure('dev', platform.setValue('dev', 'blue'));
      const { request } = await change.reaches('dev', 'pull request open');
      const [open] = (await platform.requests()).filter(({ number }) => number === request?.number);
      expect(open?.body).toContain('a kustomization may have 256 KiB');
      await platform.merge(request?.number ?? 0);
      expect((await change.result()).state).toBe('configured');

      expect((await (await promote(poison)).result()).state).toBe('promoted');
    });
  });

  it('needs a person where the poison is assigned, who is told file, size, limit and remedy', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const files = { 'apps/web/kustomization.yaml': large('web') };
      const promotion = await promote(platform.source.commit('main', files));
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(
        /apps\/web\/kustomization\.yaml: it has 2\.\d MiB, and a kustomization may have 256 KiB: split it/,
      );
      await promotion.decide('abort', { reason: 'it is poisoned' });
    });
  });
});

describe.concurrent('A chart that fails with', () => {
  it.each([
    ['megabytes', '{{ fail (repeat 5000000 "y") }}\n', /yyyy…yyyy/],
    ['calls of itself without end', '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}\n', /include/],
  ])('%s is told with leaf, chart and template, cut', async (_, template, words) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { source } = platform;
      source.commit('dev', { 'one/apps/loud/helm.yaml': 'namespace: loud\n' });
      const chart = { 'Chart.yaml': 'apiVersion: v2\nname: loud\nversion: 1.0.0\n', 'templates/noise.yaml': template };
      const files = Object.entries(chart).map(([path, text]) => [`apps/loud/${path}`, text]);
      const promotion = await promote(source.commit('main', Object.fromEntries(files)));
      const { message } = await promotion.reaches('dev', 'needs attention');
      for (const each of [
        /^\S*.*dev cannot be rendered: group one, leaf apps\/loud \(main/,
        /loud\/templates\/noise\.yaml/,
        words,
      ])
        if (!each.test(message)) throw new Error(`${each} is not in: ${message}`);
      if (Buffer.byteLength(message) > limits.failureBytes + 200)
        throw new Error(`it has ${message.length} characters`);
      await promotion.decide('abort', { reason: 'it is loud' });
    });
  });
});
