import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { fluxCrdTexts } from '../../support/flux-crds.ts';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import { type RigPrograms, rigPrograms } from '../programs/programs.ts';
import { startArtifactServer } from '../source/artifact-server.ts';
import { type Branches, createBranches } from '../source/branches.ts';
import { startSourceController } from '../source/source-controller.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type RigDirectory, rigDirectory } from './directory.ts';
import { startEtcd } from './etcd.ts';
import { grantPermissions } from './permissions.ts';
import type { RunningProgram } from './program.ts';
import { startKustomizeController, startWorkloads } from './workloads.ts';

/** The clusters of the rig while it runs. */
export interface FluxRig {
  readonly branches: Branches;
  readonly clusters: Readonly<Record<ClusterName, ApiServer>>;
  /** Rejects with the end of its log when a program of the rig ends by itself. */
  readonly broken: Promise<never>;
  /** Ends everything and removes all files. */
  close(): Promise<void>;
}

/**
 * `steady` and `outage` have workloads and Flux, and the API server of `outage` may be stopped. `other` is an API server
 * alone, to which the Flux of another cluster may apply.
 */
export type ClusterName = 'steady' | 'outage' | 'other';

type Undo = () => Promise<void>;

/** Starts the rig, and leaves nothing behind where that fails. */
export async function startRig(names: readonly ClusterName[] = ['steady', 'outage', 'other']): Promise<FluxRig> {
  const programs = await rigPrograms();
  const directory = await rigDirectory();
  const undo: Undo[] = [directory.remove];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const etcd = await startEtcd(programs.etcd, directory);
    undo.push(etcd.program.stop);
    const running = [etcd.program];
    const branches = createBranches();
    const artifacts = await startArtifactServer(branches);
    undo.push(artifacts.close);
    const started = names.map(async (name) => {
      const options = { name, path: programs.kubeApiserver, directory, etcdUrl: etcd.url };
      const server = await startApiServer(options, undo);
      if (name !== 'other') {
        running.push(...(await startFlux({ programs, server, directory }, undo)));
        undo.push(startSourceController({ client: server.client, branches, artifacts }));
      }
      return [name, server] as const;
    });
    const settled = await Promise.allSettled(started);
    const failure = settled.find((each) => each.status === 'rejected');
    if (failure) throw failure.reason;
    const servers = Object.fromEntries(await Promise.all(started));
    const broken = Promise.race(running.map(({ ended }) => ended));
    broken.catch(() => undefined);
    return { branches, clusters: servers as FluxRig['clusters'], broken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Place {
  readonly programs: RigPrograms;
  readonly server: ApiServer;
  readonly directory: RigDirectory;
}

async function startFlux({ programs, server, directory }: Place, undo: Undo[]): Promise<readonly RunningProgram[]> {
  const workloads = await startWorkloads(programs, server, directory);
  undo.push(...workloads.map((program) => program.stop));
  const crds = (await fluxCrdTexts()).map((text) => parse(text) as KubeObject);
  await Promise.all(crds.map((crd) => server.client.apply(crd)));
  await Promise.all(crds.map((crd) => untilEstablished(server.client, crd)));
  await server.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } });
  await grantPermissions(server.client);
  const flux = await startKustomizeController(programs.kustomizeController, server, directory);
  undo.push(flux.stop);
  return [...workloads, flux];
}

/** Waits until an API server serves the kind of a CustomResourceDefinition. */
export async function untilEstablished(client: KubeClient, crd: KubeObject): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await pause(200)) {
    const { status } = ((await client.get(crd)) ?? {}) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    if (status?.conditions?.some((each) => each.type === 'Established' && each.status === 'True')) return;
  }
  throw new Error(`${crd.metadata.name} was not established after 30 s`);
}
