import type { Poison } from './poison.ts';

const names = Array.from({ length: 24 }, (_, index) => `k${index}`);

/** Files that are large, or many. */
export const sizes = {
  /** 24 kustomizations of 2.6 MB, which no environment assigns. */
  unassigned: { main: () => annotated(100_000) },
  /** The same, and the environment assigns all of them. */
  assigned: { main: () => annotated(100_000), config: assignAll },
  /** 24 kustomizations of 250 kB, each of them within its bounds, all assigned. */
  within: { main: () => annotated(9_000), config: assignAll },
  /** A manifest of 20 MB in an assigned base. */
  'large-file': {
    main: () => new Map([['apps/web/large.yaml', `#${'x'.repeat(20_000_000)}\n`], listing('large.yaml')]),
  },
  /** A manifest of 600,000 lines, within its bounds. */
  'many-lines': { main: () => new Map([['apps/web/long.yaml', longManifest()], listing('long.yaml')]) },
  /** 100,000 files beside what is assigned. */
  'many-files': {
    main: () => new Map(Array.from({ length: 100_000 }, (_, index) => [`junk/d${index % 100}/${index}`, ''] as const)),
  },
} satisfies Record<string, Poison>;

function annotated(count: number): ReadonlyMap<string, string> {
  return kustomizations((name) => {
    const annotations = Array.from({ length: count }, (_, index) => `  ${name}/a${index}: "0123456789"\n`);
    return `resources: [cm.yaml]\ncommonAnnotations:\n${annotations.join('')}`;
  });
}

function kustomizations(text: (name: string) => string): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => [
      [`apps/blue/${name}/kustomization.yaml`, text(name)],
      [`apps/blue/${name}/cm.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`],
    ]),
  );
}

function assignAll(): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [`one/apps/blue/${name}/.gitkeep`, '']));
}

function listing(file: string): readonly [string, string] {
  return ['apps/web/kustomization.yaml', `resources: [web.yaml, ${file}]\n`];
}

function longManifest(): string {
  const data = Array.from({ length: 300_000 }, (_, index) => `  k${index}: v\n`).join('');
  const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: long, namespace: web }\ndata:\n';
  return `${head}${data}${'\n'.repeat(300_000)}`;
}
