import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { findProgram } from '../../programs/find.ts';
import { goBuild } from '../../programs/go.ts';
import { findPlatformPackage, packagedPlatforms, rendererPackage } from '../../programs/platform-package.ts';
import type { FindOptions } from '../../programs/recipe.ts';
import { digestSources, rendererSources, vendorFolders, withoutSources } from '../../programs/renderer-module.ts';
import { version } from '../../version.ts';

/**
 * Answers the path of the renderer: the one that `FAIRLEAD_RENDERER` names, else that of the platform's package beside this
 * program, else `fairlead-renderer` on the PATH, else the one that is built once from renderer/ as it is now, into the cache.
 * Throws as `findProgram` does.
 */
export async function ensureRenderer(options: FindOptions = {}): Promise<string> {
  const sources = rendererSources();
  const isOwn = (name: string) => !vendorFolders.some((folder) => name.startsWith(folder));
  return findProgram(
    {
      name: 'fairlead-renderer',
      environmentVariable: 'FAIRLEAD_RENDERER',
      packaged: () => findPlatformPackage({ from: import.meta.url, version }),
      pathNames: ['fairlead-renderer'],
      cacheKey: sources ? await digestSources(sources, isOwn) : 'without-sources',
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
          : withoutSources(missingPackage),
      ],
    },
    options,
  );
}

const platform = `${process.platform}-${process.arch}`;
const missingPackage = packagedPlatforms.some((each) => each === platform)
  ? `It comes as the package ${rendererPackage(platform)}: install Fairlead anew, without \`--omit=optional\`.`
  : `No package has it for ${platform}.`;

/** Answers the release of the kustomize command line whose libraries are built in. */
async function kustomizeRelease(sources: string): Promise<string> {
  const modules = await readFile(join(sources, 'go.mod'), 'utf8');
  const version = /^\s*sigs\.k8s\.io\/kustomize\/kustomize\/v5 (v[\d.]+)(?: |$)/m.exec(modules)?.[1];
  if (version !== undefined) return version;
  throw new Failure('Internal', `${join(sources, 'go.mod')} names no release of sigs.k8s.io/kustomize/kustomize/v5.`);
}
