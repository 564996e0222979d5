import type { FindOptions } from '../../../src/programs/recipe.ts';
import { findGoTool, type GoTool } from './go-tool.ts';

/** The paths of the programs that make a cluster with Flux. */
export interface RigPrograms {
  readonly etcd: string;
  readonly kubeApiserver: string;
  readonly kubeControllerManager: string;
  readonly kubeScheduler: string;
  readonly kwok: string;
  readonly kustomizeController: string;
  /** The real helm-controller, where the variable names one: its module cannot be fetched everywhere. */
  readonly helmController?: string | undefined;
}

const tools: Readonly<Record<Exclude<keyof RigPrograms, 'helmController'>, GoTool>> = {
  etcd: {
    name: 'etcd',
    variable: 'TEST_ASSET_ETCD',
    module: 'etcd',
    package: 'go.etcd.io/etcd/server/v3',
    duration: 'about 20 seconds, once',
  },
  kubeApiserver: kubernetes('kube-apiserver', 'fetches and compiles most of Kubernetes, once: about 4 minutes'),
  kubeControllerManager: kubernetes('kube-controller-manager', 'compiles what the API server lacks: about 2 minutes'),
  kubeScheduler: kubernetes('kube-scheduler', 'compiles what the others lack: about half a minute'),
  kwok: {
    name: 'kwok',
    variable: 'TEST_ASSET_KWOK',
    module: 'kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    duration: "compiles Kubernetes' client libraries, once: about 2 minutes",
  },
  kustomizeController: {
    name: 'kustomize-controller',
    variable: 'TEST_ASSET_KUSTOMIZE_CONTROLLER',
    module: 'kustomize-controller',
    package: 'github.com/fluxcd/kustomize-controller',
    duration: 'compiles Flux with the clients of three clouds, once: about 2 minutes',
  },
};

/**
 * Finds or builds all programs of the rig, one after the other: a Go build keeps every core busy by itself. Throws as
 * `findProgram` does.
 */
export async function rigPrograms(options: FindOptions = {}): Promise<RigPrograms> {
  const found: [string, string][] = [];
  for (const [key, tool] of Object.entries(tools)) found.push([key, await findGoTool(tool, options)]);
  const helmController = process.env.TEST_ASSET_HELM_CONTROLLER || undefined;
  return { ...(Object.fromEntries(found) as unknown as RigPrograms), helmController };
}

function kubernetes(name: string, duration: string): GoTool {
  return {
    name,
    variable: `TEST_ASSET_${name.replaceAll('-', '_').toUpperCase()}`,
    module: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    duration,
  };
}
