import { goInstall } from '../../demo/programs/go-install.ts';
import { findProgram } from '../../src/programs/find.ts';
import type { LoopTools } from './loop.ts';

// The release of the libraries in renderer/go.mod.
const kustomizeVersion = 'v5.8.2';
const helmVersion = 'v3.22.0';

/** The command lines that pipelines use, in fixed versions so that runs can be compared. */
export async function findLoopTools(): Promise<LoopTools> {
  const kustomize = await findProgram({
    name: 'kustomize',
    environmentVariable: 'FAIRLEAD_BENCH_KUSTOMIZE',
    cacheKey: kustomizeVersion,
    executable: 'kustomize',
    ways: [
      goInstall({
        package: 'sigs.k8s.io/kustomize/kustomize/v5',
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
        package: 'helm.sh/helm/v3/cmd/helm',
        version: helmVersion,
        duration: 'compiles Helm, once: 1 to 3 minutes',
      }),
    ],
  });
  return { kustomize, helm };
}
