import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { fluxCrdTexts } from '../../support/flux-crds.ts';
import { helmReleaseCrd } from '../helm/crd.ts';
import { startHelmStandIn } from '../helm/helm-controller.ts';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import type { RigPrograms } from '../programs/programs.ts';
import type { SourceControllerOptions } from '../source/control.ts';
import { startSourceController } from '../source/source-controller.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import type { RigDirectory } from './directory.ts';
import { grantPermissions } from './permissions.ts';
import type { RunningProgram } from './program.ts';
import { startHelmController, startKustomizeController, startWorkloads } from './workloads.ts';

/** A cluster while it runs. */
export interface Cluster {
  readonly name: string;
  readonly server: ApiServer;
  readonly hasFlux: boolean;
  /** The programs beside the API server that must not end by themselves. */
  readonly running: readonly RunningProgram[];
  /**
   * Starts the API server again, and with it what plays the workloads: kwok, for one, does not always find back to it.
   * Flux must, and goes on as it is.
   */
  restore(): Promise<void>;
}

/** The order in which a rig is ended: from the last to the first. */
export type Undo = (() => Promise<void>)[];

export interface ClusterOptions {
  readonly name: string;
  /** Without it there is an API server alone. */
  readonly hasFlux: boolean;
  readonly programs: RigPrograms;
  readonly directory: RigDirectory;
  readonly etcdUrl: string;
  readonly sources: Omit<SourceControllerOptions, 'client'>;
}

/** Starts a cluster. How to end each part is added to the list as soon as it may have begun. */
export async function startCluster(options: ClusterOptions, undo: Undo): Promise<Cluster> {
  const { name, hasFlux, programs, directory, etcdUrl, sources } = options;
  const server = await startApiServer({ name, path: programs.kubeApiserver, directory, etcdUrl }, undo);
  const { client } = server;
  await grantPermissions(client);
  if (!hasFlux) return { name, server, hasFlux, running: [], restore: server.start };
  let workloads = await startWorkloads(programs, server, directory);
  undo.push(() => workloads.stop());
  await applyCrds(client);
  const flux = await startKustomizeController(programs.kustomizeController, server, directory);
  undo.push(flux.stop, startSourceController({ client, ...sources }));
  const helm = programs.helmController
    ? await startHelmController(programs.helmController, server, directory)
    : { stop: startHelmStandIn({ client, ...sources }) };
  undo.push(helm.stop);
  return {
    name,
    server,
    hasFlux,
    running: [...workloads.programs, flux, ...('ended' in helm ? [helm] : [])],
    async restore() {
      await server.start();
      await workloads.stop();
      workloads = await startWorkloads(programs, server, directory);
    },
  };
}

async function applyCrds(client: KubeClient): Promise<void> {
  const crds = [...(await fluxCrdTexts()).map((text) => parse(text) as KubeObject), helmReleaseCrd];
  await Promise.all(crds.map((crd) => client.apply(crd)));
  await Promise.all(crds.map((crd) => untilEstablished(client, crd)));
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } });
}

/** Waits until an API server serves the kind of a CustomResourceDefinition. */
async function untilEstablished(client: KubeClient, crd: KubeObject): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; await pause(200)) {
    const found = (await client.get(crd)) as { status?: { conditions?: readonly Condition[] } } | undefined;
    if (found?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')) return;
  }
  throw new Error(`${crd.metadata.name} was not established after 60 s`);
}

interface Condition {
  readonly type: string;
  readonly status: string;
}
