import { readFile } from 'node:fs/promises';
import { goInstall } from '../../demo/programs/go-install.ts';
import { findProgram } from '../../src/programs/find.ts';
import type { LoopTools } from './loop.ts';

/** The command lines that pipelines use, in the very releases whose libraries the renderer has. */
export async function findLoopTools(): Promise<LoopTools> {
  const modules = await readFile(new URL('../../renderer/go.mod', import.meta.url), 'utf8');
  const [kustomizeModule, helmModule] = ['sigs.k8s.io/kustomize/kustomize/v5', 'helm.sh/helm/v4'] as const;
  const [kustomizeVersion, helmVersion] = [versionOf(kustomizeModule, modules), versionOf(helmModule, modules)];
  const kustomize = await findProgram({
    name: 'kustomize',
    environmentVariable: 'FAIRLEAD_BENCH_KUSTOMIZE',
    cacheKey: kustomizeVersion,
    executable: 'kustomize',
    ways: [
      goInstall({
        package: kustomizeModule,
        version: kustomizeVersion,
        duration: 'compiles kustomize, once: less than a minute',
      }),
    ],
  });
  const helm = await findProgram({
    name: 'helm',
    environmentVariable: 'FAIRLEAD_BENCH_HELM',
    cacheKey: helmVersion,
    executable: 'helm',
    ways: [
      goInstall({
        package: `${helmModule}/cmd/helm`,
        version: helmVersion,
        duration: 'compiles Helm, once: 1 to 3 minutes',
      }),
    ],
  });
  return { kustomize, helm };
}

function versionOf(module: string, modules: string): string {
  const version = new RegExp(`^\\s*${module.replaceAll('.', '\\.')} (v[\\d.]+)(?: |$)`, 'm').exec(modules)?.[1];
  if (version === undefined) throw new Error(`renderer/go.mod names no release of ${module}.`);
  return version;
}
