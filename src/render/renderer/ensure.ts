import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../failure.ts';
import { findProgram } from '../../programs/find.ts';
import { goBuild } from '../../programs/go.ts';
import type { FindOptions } from '../../programs/recipe.ts';

/**
 * Answers the path of the renderer: the one that `FAIRLEAD_RENDERER` names, else `fairlead-renderer` on the PATH, else
 * the one that is built once from renderer/ as it is now, into the cache. Throws as `findProgram` does.
 */
export async function ensureRenderer(options: FindOptions = {}): Promise<string> {
  const sources = rendererSources();
  return findProgram(
    {
      name: 'fairlead-renderer',
      environmentVariable: 'FAIRLEAD_RENDERER',
      pathNames: ['fairlead-renderer'],
      cacheKey: sources ? await digestSources(sources) : 'without-sources',
      executable: 'fairlead-renderer',
      ways: [
        sources
          ? goBuild({
              moduleDirectory: sources,
              output: 'fairlead-renderer',
              // kustomize writes its version into a label, and nothing else would tell it.
              variables: { 'sigs.k8s.io/kustomize/api/provenance.version': await kustomizeRelease(sources) },
              duration: "compiles kustomize's and Helm's libraries, once: 1 to 2 minutes",
            })
          : withoutSources,
      ],
    },
    options,
  );
}

const withoutSources = {
  description: 'looking for its sources',
  duration: 'a moment',
  obtain: async (): Promise<void> => {
    throw new Failure('InvalidConfig', 'The sources of the renderer (renderer/go.mod) are not beside this program.');
  },
};

/** Finds renderer/, from the sources as well as from what the compiler makes of them in dist/. */
function rendererSources(): string | undefined {
  const roots = ['../../../', '../../../../'].map((up) => fileURLToPath(new URL(up, import.meta.url)));
  return roots.map((root) => join(root, 'renderer')).find((directory) => existsSync(join(directory, 'go.mod')));
}

/** Answers the release of the kustomize command line whose libraries are built in. */
async function kustomizeRelease(sources: string): Promise<string> {
  const modules = await readFile(join(sources, 'go.mod'), 'utf8');
  const version = /^\s*sigs\.k8s\.io\/kustomize\/kustomize\/v5 (v[\d.]+)(?: |$)/m.exec(modules)?.[1];
  if (version !== undefined) return version;
  throw new Failure('Internal', `${join(sources, 'go.mod')} names no release of sigs.k8s.io/kustomize/kustomize/v5.`);
}

/** Digests everything that goes into the executable, by path and content; tests do not. */
async function digestSources(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true });
  const hash = createHash('sha256');
  for (const name of entries.filter(isSource).sort()) {
    const content = await readFile(join(directory, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 20);
}

function isSource(name: string): boolean {
  if (name.endsWith('_test.go') || name.split(/[/\\]/).includes('testdata')) return false;
  return name.endsWith('.go') || name === 'go.mod' || name === 'go.sum';
}
