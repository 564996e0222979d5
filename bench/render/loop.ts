import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { git, writeFiles } from './files.ts';
import { type BenchLeaf, type GeneratedPlatform, mainReference } from './platform.ts';

/** The folders that stand for checkouts of the two branches. */
interface Checkouts {
  readonly main: string;
  readonly config: string;
}

/** The paths of the command lines that the loop runs. */
export interface LoopTools {
  readonly kustomize: string;
  readonly helm: string;
}

/**
 * Prepares what pipelines do today: a shell script that runs `kustomize build` or `helm template` for each leaf in a checkout,
 * then `git add` and `git commit`. Checkouts and references are made ready beforehand and do not count.
 */
export async function prepareLoop(directory: string, platform: GeneratedPlatform, tools: LoopTools) {
  const [main, config, out] = ['main', 'config', 'gitops'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  await writeFiles(main, new Map([...platform.main, ...kustomizationsOfPlain(platform)]));
  const local = [...platform.config].map(([path, text]): [string, string] => {
    const up = relative(join(config, path, '..'), main);
    return [path, text.replaceAll(mainReference, `${up}/`)];
  });
  await writeFiles(config, new Map(local));
  await mkdir(out, { recursive: true });
  await git(out, 'init', '--quiet');
  const lines = platform.leaves.map(
    (leaf) => `mkdir -p ${folderOf(leaf)}\n${commandOf(leaf, tools, { main, config })} > ${fileOf(leaf)}`,
  );
  const script = join(directory, 'loop.sh');
  await writeFile(script, `set -eu\n${lines.join('\n')}\ngit add -A\ngit commit --quiet -m render\n`);
  return {
    /** Runs the loop, and answers how long it took, in milliseconds. */
    run: async (): Promise<number> => {
      const start = performance.now();
      await execa('bash', [script], {
        cwd: out,
        env: { GIT_AUTHOR_NAME: 'b', GIT_AUTHOR_EMAIL: 'b@x', GIT_COMMITTER_NAME: 'b', GIT_COMMITTER_EMAIL: 'b@x' },
      });
      return performance.now() - start;
    },
    outputOf: (leaf: BenchLeaf) => readFile(join(out, fileOf(leaf)), 'utf8'),
  };
}

function commandOf(
  { group, path, style, namespace }: BenchLeaf,
  { kustomize, helm }: LoopTools,
  { main, config }: Checkouts,
): string {
  if (style === 'kustomize') return `${kustomize} build ${config}/${group}/${path}`;
  if (style === 'plain') return `${kustomize} build ${main}/${path}`;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const values = [`${group}/values.yaml`, `${group}/${path}/values.yaml`]
    .map((file) => `-f ${config}/${file}`)
    .join(' ');
  return `${helm} template ${name} ${main}/${path} --namespace ${namespace} ${values}`;
}

/**
 * Answers kustomizations that list plain manifests: kustomize builds no bare folder, so pipelines keep the list in git.
 */
function kustomizationsOfPlain({ leaves }: GeneratedPlatform): readonly [string, string][] {
  const text = 'resources:\n- configmap.yaml\n- deployment.yaml\n- service.yaml\n';
  return leaves.filter(({ style }) => style === 'plain').map(({ path }) => [`${path}/kustomization.yaml`, text]);
}

function folderOf({ group, path }: BenchLeaf): string {
  return `${group}/${path}`;
}

function fileOf(leaf: BenchLeaf): string {
  return `${folderOf(leaf)}/${leaf.path.slice(leaf.path.lastIndexOf('/') + 1)}.yaml`;
}
