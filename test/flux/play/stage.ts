import type { Cluster } from '../cluster/cluster.ts';
import type { FluxRig } from '../cluster/rig.ts';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import type { CheckedObject, KustomizationOptions, Look, Scene, Tree } from '../scenes/scene.ts';
import { gitRepository, kustomization } from '../scenes/write.ts';
import type { Commit, Files } from '../source/remote.ts';
import { type CommitContent, whyCheckIsUntrue, whyNotAsCommitted } from './oracle.ts';
import { openPlace, type Place } from './place.ts';
import type { RolloutState } from './product.ts';
import { filesOf, objectsIn, resolveScene } from './resolve.ts';
import { lookAtSeveral } from './several-clusters.ts';

const group = 'west-us';
const branch = 'dev';

/** Where a scene is played: its own namespace on its clusters, its own repository, and the product that looks at them. */
export class Stage {
  readonly scene: Scene;
  readonly cluster: Cluster;
  readonly url: string;
  private readonly rig: FluxRig;
  private readonly namespace: string;
  private places: readonly Place[] = [];
  private maxUnavailable = 0;
  private rollout: Omit<RolloutState, 'earlier'>;
  private commits: readonly CommitContent[] = [];
  private earlier: readonly KubeObject[] = [];
  /** The commits of the branch, newest first, back to the last one at which a promotion ended healthy. */
  private pushed: readonly Files[] = [];
  private head = '';
  /** Tells whether the branch has gone on to a commit that does not count, which Flux may apply at any moment. */
  isOvertaken = false;

  constructor(rig: FluxRig, scene: Scene, namespace: string) {
    this.rig = rig;
    this.namespace = namespace;
    this.cluster = rig.clusters[scene.cluster ?? 'steady'];
    this.scene = resolveScene(scene, { namespace, otherKubeconfig: rig.clusters.other.server.kubeconfigs.admin.text });
    this.url = `https://git.example.org/fleet/${namespace}.git`;
    this.rollout = { ...beginning, acceptable: new Set(), files: {} };
  }

  get client(): KubeClient {
    return this.cluster.server.client;
  }

  /** Makes what the scene has on its clusters. */
  async open(): Promise<void> {
    const { beside } = this.scene;
    const clusters = [this.cluster, ...(beside ? [this.rig.clusters[beside]] : [])];
    const { namespace, url: repository } = this;
    const options = { namespace, repository, branch, group, categories: ['apps', 'infra'] };
    this.places = await Promise.all(clusters.map((each) => openPlace(each, this.scene, options)));
  }

  async merge(tree: Tree): Promise<void> {
    const isFirst = this.commits.length === 0;
    this.isOvertaken = false;
    const { sha, files } = this.pushTree(tree);
    this.commits = [this.contentOf(tree)];
    this.rollout = {
      ...beginning,
      acceptable: new Set([sha]),
      files,
      mergedAt: new Date().toISOString(),
    };
    if (isFirst) await Promise.all(this.places.map((place) => this.addFluxObjects(place)));
    await this.ask('rollout', true);
  }

  push(tree: Tree, counts: boolean): void {
    const { sha, files } = this.pushTree(tree);
    this.isOvertaken = !counts;
    if (!counts) return;
    this.commits = [...this.commits, this.contentOf(tree)];
    this.change({ acceptable: new Set([...this.rollout.acceptable, sha]), files });
  }

  pushLegacy(tree: Tree): void {
    this.rig.branches.push(`https://git.example.org/legacy/${this.namespace}`, branch, filesOf(tree));
  }

  /** Pushes files to the registry as CI does after a merge; they say of which commit they were made, or nothing. */
  pushArtifact(tree: Tree, { tag, tellsCommit }: { readonly tag?: string; readonly tellsCommit: boolean }): void {
    const annotations = {
      'org.opencontainers.image.source': this.url,
      'org.opencontainers.image.revision': `${branch}@sha1:${this.head}`,
    };
    this.rig.branches.pushArtifact(`oci://registry.example.org/${this.namespace}`, {
      files: filesOf(tree),
      ...(tag && { tag }),
      annotations: tellsCommit ? annotations : {},
    });
  }

  change(change: Partial<Omit<RolloutState, 'earlier'>>): void {
    this.rollout = { ...this.rollout, ...change };
  }

  async endSoak(mayAsk: boolean): Promise<void> {
    this.change({ phase: 'after soak', soakEnds: new Date().toISOString() });
    await this.ask('after soak', mayAsk);
  }

  /** Lets the rollout go on without so many clusters. */
  allowUnavailable(clusters: number): void {
    this.maxUnavailable = clusters;
  }

  async grant(): Promise<void> {
    for (const place of this.places) await place.grant();
  }

  async look(): Promise<Look> {
    const { files, phase } = this.rollout;
    const found = await this.lookFrom(this.state);
    if (phase === 'after soak' && found.state === 'healthy')
      this.pushed = this.pushed.slice(0, this.pushed.indexOf(files) + 1);
    return found;
  }

  /** Asks the oracle about every cluster that counts. */
  async whyNotAsCommitted(leftOut: readonly string[]): Promise<readonly string[]> {
    const counting = this.places.filter(({ cluster }) => !leftOut.includes(cluster.name));
    if (counting.length === 0) return ['no cluster is left that counts'];
    const { coverage = 'strict' } = this.scene;
    const complaints = counting.map(({ client }) => whyNotAsCommitted(client, this.commits, coverage));
    return (await Promise.all(complaints)).flat();
  }

  async check(object: CheckedObject): Promise<Look> {
    const [place] = this.places;
    if (place === undefined) throw new Error('the scene has no cluster');
    const verdict = await place.product.check(this.state, { ...object, namespace: this.namespace });
    return { ...verdict, warnings: [], leftOut: [] };
  }

  whyCheckIsUntrue(object: CheckedObject): Promise<readonly string[]> {
    const { mergedAt: since } = this.rollout;
    return whyCheckIsUntrue(this.client, { ...object, namespace: this.namespace, since });
  }

  setFetchFailure(message: string | undefined): void {
    this.rig.branches.failFetches(this.url, message);
  }

  /** Answers what Flux says of the scene's Kustomizations, for people. */
  async fluxStatus(): Promise<string> {
    const names = this.kustomizations().map(({ name }) => name);
    const found = await Promise.all(names.map((name) => this.client.get(this.inNamespace(kustomization(name)))));
    return found
      .map((each, index) => {
        const { generation } = (each?.metadata ?? {}) as { readonly generation?: number };
        return `${names[index]}, generation ${generation}: ${JSON.stringify(withoutInventory(each?.status))}`;
      })
      .join('\n');
  }

  /** Lets Flux rest, so that scenes that have ended cost nothing. */
  async close(): Promise<void> {
    const suspend = ({ client }: Place, { name }: KustomizationOptions) =>
      client.patch(this.inNamespace(kustomization(name)), { spec: { suspend: true } });
    await Promise.allSettled(this.places.flatMap((place) => this.kustomizations().map((each) => suspend(place, each))));
  }

  private pushTree(tree: Tree): Commit {
    const files = filesOf(tree);
    this.pushed = [files, ...this.pushed];
    this.head = this.rig.branches.push(this.url, branch, files);
    return { sha: this.head, files };
  }

  private get state(): RolloutState {
    return { ...this.rollout, earlier: this.pushed.filter((each) => each !== this.rollout.files) };
  }

  private async lookFrom(state: RolloutState): Promise<Look> {
    const judged = await Promise.all(this.places.map(({ product }) => product.look(state)));
    const [only, ...more] = judged;
    if (only !== undefined && more.length === 0) return { ...only, warnings: only.warnings ?? [], leftOut: [] };
    return lookAtSeveral(judged, { clusters: this.maxUnavailable });
  }

  private async ask(phase: RolloutState['phase'], mayAsk: boolean): Promise<void> {
    await Promise.all(this.places.map(({ product }) => product.ask(phase, { mayAsk })));
  }

  private async addFluxObjects({ client, cluster }: Place): Promise<void> {
    if (cluster.hasFlux) for (const object of this.fluxObjects()) await client.apply(object);
  }

  /** Remembers the commit's objects, because later commits must not leave them behind. */
  private contentOf(tree: Tree): CommitContent {
    const objects = this.scene.becomes ?? objectsIn(tree, group);
    const names = new Set(objects.map(identityOf));
    const gone = this.earlier.filter((each) => !names.has(identityOf(each)));
    this.earlier = [...this.earlier, ...objects];
    return { objects, files: filesOf(tree), gone };
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

/** A rollout when its commit has just been merged. */
const beginning = { phase: 'rollout', deadlinePassed: false, mergedAt: '' } as const;

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
