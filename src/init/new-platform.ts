import { configFile } from '../gitops/platform-file.ts';
import { ciWorkflow } from './ci-workflows.ts';
import { fluxObjects, fluxPath, gitopsReadme } from './flux-files.ts';
import { environmentFile, platformFile } from './platform-files.ts';
import type { CiForge, NewCluster, NewEnvironment, NewFiles, NewPlatform } from './types.ts';

/** Answers what main gets beside its bases. */
export function mainFiles(platform: NewPlatform): NewFiles {
  return new Map([
    [configFile, platformFile(platform)],
    ...ciWorkflow({ branch: platform.mainBranch, kind: 'main', forge: platform.forge }),
  ]);
}

/** Answers the config branch of an environment with these leaves. */
export function configFiles(environment: NewEnvironment, forge: CiForge, leaves: NewFiles): NewFiles {
  return new Map([
    [configFile, environmentFile(environment)],
    ...ciWorkflow({ branch: environment.name, kind: 'config', forge }),
    ...leaves,
  ]);
}

/** Where the manifests of an environment go. */
export interface GitopsPlace {
  readonly repository: string;
  readonly branch: string;
}

/** Answers what a GitOps branch begins with. */
export function gitopsFiles(environment: string, place: GitopsPlace, clusters: readonly NewCluster[]): NewFiles {
  return new Map([['README.md', gitopsReadme(environment)], ...fluxFiles(place, clusters)]);
}

/** Answers the files of Flux for each cluster. */
export function fluxFiles(place: GitopsPlace, clusters: readonly NewCluster[]): NewFiles {
  return new Map(
    clusters.flatMap((cluster) => {
      const text = fluxObjects({ ...place, cluster });
      return text === undefined ? [] : [[fluxPath(cluster), text] as const];
    }),
  );
}
