import type { Cluster } from '../cluster/cluster.ts';
import type { FluxRig } from '../cluster/rig.ts';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import type { KustomizationOptions, Scene, Tree } from '../scenes/scene.ts';
import { gitRepository, kustomization } from '../scenes/write.ts';
import type { Commit, Files } from '../source/branches.ts';
import { type CommitContent, whyNotAsCommitted } from './oracle.ts';
import { openProduct, type Product, type RolloutState } from './product.ts';
import { filesOf, objectsIn, resolveScene } from './resolve.ts';

const group = 'west-us';
const branch = 'dev';

/** Where a scene is played: its own namespace on a cluster, its own repository, and the product that looks at it. */
export class Stage {
  readonly scene: Scene;
  readonly cluster: Cluster;
  readonly url: string;
  private readonly rig: FluxRig;
  private readonly namespace: string;
  private readonly product: Product;
  private rollout: Omit<RolloutState, 'earlier'>;
  private commits: readonly CommitContent[] = [];
  private earlier: readonly KubeObject[] = [];
  /** The commits of the branch, newest first, back to the last one at which a promotion ended healthy. */
  private pushed: readonly Files[] = [];

  constructor(rig: FluxRig, scene: Scene, namespace: string) {
    this.rig = rig;
    this.namespace = namespace;
    this.cluster = rig.clusters[scene.cluster ?? 'steady'];
    this.scene = resolveScene(scene, { namespace, otherKubeconfig: rig.clusters.other.server.kubeconfigs.admin.text });
    this.url = `https://git.example.org/fleet/${namespace}.git`;
    this.product = openProduct({
      kubeconfigPath: this.cluster.server.kubeconfigs.fairlead.path,
      context: this.cluster.name,
      group,
      categories: ['apps', 'infra'],
      repository: this.url,
      branch,
    });
    this.rollout = { acceptable: new Set(), files: {}, phase: 'rollout', deadlinePassed: false };
  }

  get client(): KubeClient {
    return this.cluster.server.client;
  }

  /** Makes the namespace and what the scene has in it; Flux's objects follow with the first commit. */
  async open(): Promise<void> {
    await this.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } });
    for (const object of this.scene.objects ?? []) await this.client.apply(object);
  }

  async merge(tree: Tree): Promise<void> {
    const isFirst = this.commits.length === 0;
    const { sha, files } = this.pushTree(tree);
    this.commits = [this.contentOf(tree)];
    this.rollout = {
      acceptable: new Set([sha]),
      files,
      phase: 'rollout',
      deadlinePassed: false,
    };
    if (isFirst && this.cluster.hasFlux) for (const object of this.fluxObjects()) await this.client.apply(object);
    await this.product.ask('rollout', { mayAsk: true });
  }

  push(tree: Tree, counts: boolean): void {
    const { sha, files } = this.pushTree(tree);
    if (!counts) return;
    this.commits = [...this.commits, this.contentOf(tree)];
    this.change({ acceptable: new Set([...this.rollout.acceptable, sha]), files });
  }

  pushLegacy(tree: Tree): void {
    this.rig.branches.push(`https://git.example.org/legacy/${this.namespace}`, branch, filesOf(tree));
  }

  change(change: Partial<Omit<RolloutState, 'earlier'>>): void {
    this.rollout = { ...this.rollout, ...change };
  }

  async endSoak(mayAsk: boolean): Promise<void> {
    this.change({ phase: 'after soak', soakEnds: new Date().toISOString() });
    await this.product.ask('after soak', { mayAsk });
  }

  async look() {
    const { files, phase } = this.rollout;
    const found = await this.product.look({ ...this.rollout, earlier: this.pushed.filter((each) => each !== files) });
    if (phase === 'after soak' && found.state === 'healthy')
      this.pushed = this.pushed.slice(0, this.pushed.indexOf(files) + 1);
    return found;
  }

  whyNotAsCommitted(): Promise<readonly string[]> {
    return whyNotAsCommitted(this.client, this.commits);
  }

  setFetchFailure(message: string | undefined): void {
    this.rig.branches.failFetches(this.url, message);
  }

  /** Answers what Flux says of the scene's Kustomizations, for people. */
  async fluxStatus(): Promise<string> {
    const names = this.kustomizations().map(({ name }) => name);
    const found = await Promise.all(names.map((name) => this.client.get(this.inNamespace(kustomization(name)))));
    return found.map((each, index) => `${names[index]}: ${JSON.stringify(withoutInventory(each?.status))}`).join('\n');
  }

  /** Lets Flux rest, so that scenes that have ended cost nothing. */
  async close(): Promise<void> {
    const suspend = ({ name }: KustomizationOptions) =>
      this.client.patch(this.inNamespace(kustomization(name)), { spec: { suspend: true } });
    await Promise.allSettled(this.kustomizations().map(suspend));
  }

  private pushTree(tree: Tree): Commit {
    const files = filesOf(tree);
    this.pushed = [files, ...this.pushed];
    return { sha: this.rig.branches.push(this.url, branch, files), files };
  }

  /** Remembers the commit's objects, because later commits must not leave them behind. */
  private contentOf(tree: Tree): CommitContent {
    const objects = this.scene.becomes ?? objectsIn(tree, group);
    const names = new Set(objects.map(identityOf));
    const gone = this.earlier.filter((each) => !names.has(identityOf(each)));
    this.earlier = [...this.earlier, ...objects];
    return { objects, gone };
  }

  private kustomizations(): readonly KustomizationOptions[] {
    return this.scene.kustomizations ?? [{ name: 'apps' }];
  }

  private fluxObjects(): readonly KubeObject[] {
    const source = { url: this.url, interval: '10m', ref: { branch }, ...this.scene.gitRepository };
    return [
      { ...this.inNamespace(gitRepository), spec: source },
      ...this.kustomizations().map(({ name, ...spec }) => ({
        ...this.inNamespace(kustomization(name)),
        spec: { ...defaults, ...spec },
      })),
    ];
  }

  private inNamespace<T extends { readonly metadata: { readonly name: string } }>(object: T) {
    return { ...object, metadata: { ...object.metadata, namespace: this.namespace } };
  }
}

const defaults = {
  path: './west-us',
  sourceRef: { kind: 'GitRepository', name: gitRepository.metadata.name },
  interval: '10m',
  retryInterval: '2s',
  timeout: '30s',
  prune: true,
  wait: true,
};

function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
}

function withoutInventory(status: unknown): unknown {
  if (typeof status !== 'object' || status === null) return status;
  const { inventory: _, ...rest } = status as Readonly<Record<string, unknown>>;
  return rest;
}
