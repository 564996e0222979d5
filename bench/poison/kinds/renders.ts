import type { Poison } from './poison.ts';

/** What fails, or has no end, when it is rendered. */
export const renders = {
  'fail-1.5MB': chart(`{{ fail (repeat 1500000 "y") }}\n`),
  'fail-3MB': chart(`{{ fail (repeat 3000000 "y") }}\n`),
  'fail-5MB': chart(`{{ fail (repeat 5000000 "y") }}\n`),
  /** A template that includes itself. */
  'include-loop': chart('{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}\n'),
  /** A kustomization that lists its own folder. */
  'own-kustomization': { main: () => new Map([['apps/web/kustomization.yaml', 'resources: [web.yaml, ../web]\n']]) },
  /** Two kustomizations that list each other. */
  'two-kustomizations': {
    main: () =>
      new Map([
        ['apps/web/kustomization.yaml', 'resources: [web.yaml, ../../lib/web]\n'],
        ['lib/web/kustomization.yaml', 'resources: [../../apps/web]\n'],
      ]),
  },
  'aliases-kustomization': {
    main: () => new Map([['apps/web/kustomization.yaml', `resources: [web.yaml]\ncommonAnnotations:\n${laughs()}`]]),
  },
  'aliases-manifest': { main: () => new Map([['apps/web/web.yaml', `${map('web')}data:\n${laughs()}`]]) },
  'aliases-values': {
    ...chart(`${map('loud')}data: { x: {{ .Values | toYaml | quote }} }\n`),
    config: () =>
      new Map([
        ['one/apps/loud/helm.yaml', 'namespace: loud\n'],
        ['one/apps/loud/values.yaml', `x:\n${laughs()}`],
      ]),
  },
  /** In the Environment file itself: the policy is read before anything is rendered. */
  'aliases-settings': {
    config: () =>
      new Map([
        [
          'fairlead.yaml',
          `apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\nclusters: [{ name: dev, group: one }]\nx:\n${laughs()}`,
        ],
      ]),
  },
  /** 100,000 levels. */
  deep: {
    main: () =>
      new Map([['apps/web/web.yaml', `${map('web')}data: { x: ${'['.repeat(100_000)}${']'.repeat(100_000)} }\n`]]),
  },
} satisfies Record<string, Poison>;

/** A chart of one template, which the environment assigns. */
function chart(template: string): Poison {
  return {
    main: () =>
      new Map([
        ['apps/loud/Chart.yaml', 'apiVersion: v2\nname: loud\nversion: 1.0.0\n'],
        ['apps/loud/templates/noise.yaml', template],
      ]),
    config: () => new Map([['one/apps/loud/helm.yaml', 'namespace: loud\n']]),
  };
}

function map(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: web }\n`;
}

/** Ten aliases of ten aliases of …: nine lines that mean a billion. */
function laughs(): string {
  const line = (level: number) =>
    `  a${level}: &a${level} [${Array(10)
      .fill(`*a${level - 1}`)
      .join(', ')}]\n`;
  return `  a0: &a0 [lol]\n${Array.from({ length: 9 }, (_, index) => line(index + 1)).join('')}`;
}
