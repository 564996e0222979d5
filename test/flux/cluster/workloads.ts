import { fileURLToPath } from 'node:url';
import { freePorts } from '../../support/network/free-ports.ts';
import type { RigPrograms } from '../programs/programs.ts';
import type { ApiServer } from './api-server.ts';
import type { RigDirectory } from './directory.ts';
import { type RunningProgram, startProgram } from './program.ts';

const stages = fileURLToPath(new URL('./stages.yaml', import.meta.url));

/** Kubernetes' controllers, its scheduler, and kwok, which plays nodes and pods as `stages.yaml` says. */
export interface Workloads {
  readonly programs: readonly RunningProgram[];
  stop(): Promise<void>;
}

/** Starts what makes Deployments roll out. */
export async function startWorkloads(
  programs: RigPrograms,
  server: ApiServer,
  directory: RigDirectory,
): Promise<Workloads> {
  const kubeconfig = `--kubeconfig=${server.kubeconfigs.admin.path}`;
  const quiet = ['--leader-elect=false', '--secure-port=0'];
  const { files } = server.credentials;
  const start = (name: string, path: string, args: readonly string[]) =>
    startProgram(directory, { name: `${name}-${server.name}`, path, args: [kubeconfig, ...args] });
  const running = [
    start('kube-controller-manager', programs.kubeControllerManager, [
      ...quiet,
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.certificate}`,
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      // A busy machine or an outage must not take the node away, whose pods would never be ready again.
      '--node-monitor-grace-period=1h',
    ]),
    start('kube-scheduler', programs.kubeScheduler, quiet),
    start('kwok', programs.kwok, [`--config=${stages}`, '--manage-all-nodes', '--node-lease-duration-seconds=40']),
  ];
  const stop = async () => {
    await Promise.all(running.map((program) => program.stop()));
  };
  await server.client.apply(node('node-1')).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { programs: running, stop };
}

/** Starts Flux's kustomize-controller. */
export function startKustomizeController(
  path: string,
  server: ApiServer,
  directory: RigDirectory,
): Promise<RunningProgram> {
  return startFluxController('kustomize-controller', { path, server, directory }, [
    // Each one that waits for health keeps a worker busy.
    '--concurrent=64',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--no-remote-bases',
  ]);
}

/** Starts Flux's helm-controller, where there is one. */
export function startHelmController(path: string, server: ApiServer, directory: RigDirectory): Promise<RunningProgram> {
  return startFluxController('helm-controller', { path, server, directory }, ['--concurrent=8']);
}

interface ControllerPlace {
  readonly path: string;
  readonly server: ApiServer;
  readonly directory: RigDirectory;
}

async function startFluxController(
  name: string,
  { path, server, directory }: ControllerPlace,
  args: readonly string[],
): Promise<RunningProgram> {
  const [health] = await freePorts(1);
  return startProgram(directory, {
    name: `${name}-${server.name}`,
    path,
    args: ['--metrics-addr=0', `--health-addr=127.0.0.1:${health}`, '--requeue-dependency=2s', ...args],
    env: { KUBECONFIG: server.kubeconfigs.admin.path, RUNTIME_NAMESPACE: 'flux-system' },
  });
}

function node(name: string) {
  const room = { cpu: '1000', memory: '1000Gi', pods: '1000' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { capacity: room, allocatable: room },
  };
}
