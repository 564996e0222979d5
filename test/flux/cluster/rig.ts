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
import { startKustomizeController, startWorkloads } from './workloads.ts';

/** The clusters of the rig while it runs. */
export interface FluxRig {
  readonly branches: Branches;
  readonly clusters: Readonly<Record<ClusterName, ApiServer>>;
  /**
   * Starts a cluster's API server again, and with it what plays the workloads: kwok, for one, does not always find back
   * to it. Flux must, and goes on as it is.
   */
  restore(name: ClusterName): Promise<void>;
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
    const branches = createBranches();
    const artifacts = await startArtifactServer(branches);
    undo.push(artifacts.close);
    const start = async (name: ClusterName) => {
      const options = { name, path: programs.kubeApiserver, directory, etcdUrl: etcd.url, hasFlux: name !== 'other' };
      const server = await startApiServer(options, undo);
      await grantPermissions(server.client);
      if (!server.hasFlux) return { name, server, running: [] };
      const { running, restart } = await startFlux({ programs, server, directory }, undo);
      undo.push(startSourceController({ client: server.client, branches, artifacts }));
      return { name, server, running, restart };
    };
    const clusters = await allOrFirstFailure(names.map(start));
    const programsThatRun = [etcd.program, ...clusters.flatMap(({ running }) => running)];
    const broken = Promise.race(programsThatRun.map(({ ended }) => ended));
    broken.catch(() => undefined);
    const restore = async (name: ClusterName) => {
      const cluster = clusters.find((each) => each.name === name);
      await cluster?.server.start();
      await cluster?.restart?.();
    };
    const servers = Object.fromEntries(clusters.map(({ name, server }) => [name, server]));
    return { branches, clusters: servers as FluxRig['clusters'], restore, broken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits for all, also where one fails: what is still being started cannot be ended yet. */
async function allOrFirstFailure<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

interface Place {
  readonly programs: RigPrograms;
  readonly server: ApiServer;
  readonly directory: RigDirectory;
}

async function startFlux({ programs, server, directory }: Place, undo: Undo[]) {
  let workloads = await startWorkloads(programs, server, directory);
  undo.push(() => workloads.stop());
  const crds = (await fluxCrdTexts()).map((text) => parse(text) as KubeObject);
  await Promise.all(crds.map((crd) => server.client.apply(crd)));
  await Promise.all(crds.map((crd) => untilEstablished(server.client, crd)));
  await server.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } });
  const flux = await startKustomizeController(programs.kustomizeController, server, directory);
  undo.push(flux.stop);
  const restart = async () => {
    await workloads.stop();
    workloads = await startWorkloads(programs, server, directory);
  };
  return { running: [...workloads.programs, flux], restart };
}

/** Waits until an API server serves the kind of a CustomResourceDefinition. */
async function untilEstablished(client: KubeClient, crd: KubeObject): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await pause(200)) {
    const found = (await client.get(crd)) as { status?: { conditions?: readonly Condition[] } } | undefined;
    if (found?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')) return;
  }
  throw new Error(`${crd.metadata.name} was not established after 30 s`);
}

interface Condition {
  readonly type: string;
  readonly status: string;
}
