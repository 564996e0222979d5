/** A commit's files in memory; the pure part of rendering reads nothing else. */
export interface SourceTree {
  /** The commit, or 'working tree' for `fairlead validate`. */
  readonly revision: string;
  /** Path → file, sorted by path. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

export interface SourceFile {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  /** git blob id: equal ids, equal content. */
  readonly oid: string;
  /** Undefined for submodules and for files too large to be read for rendering. */
  readonly content?: Buffer;
}

/** `group/version`, kind, namespace and name of an object: two leaves must not yield the same. */
export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What the renderer makes of one leaf. Everything that it may read is in `files`. */
export interface LeafRequest {
  /** Virtual absolute path → content. Main lies below `/main`, the config branch below `/config`. */
  readonly files: Readonly<Record<string, string>>;
  /** The same for content that is not UTF-8 (packed chart dependencies, binary data), in base64; no path is in both. */
  readonly binaryFiles?: Readonly<Record<string, string>>;
  /** Directory to build, as by `kustomize build`. */
  readonly root: string;
  /** Rendered first; its output is written to `outputFile`, which the kustomization at `root` refers to. */
  readonly chart?: ChartRequest;
}

export interface ChartRequest {
  readonly directory: string;
  readonly outputFile: string;
  /** Outermost first; later ones win, all over the chart's own. */
  readonly valuesFiles: readonly string[];
  readonly releaseName: string;
  readonly namespace: string;
  readonly includeCRDs: boolean;
  readonly kubeVersion?: string;
  readonly apiVersions: readonly string[];
  /** Test hooks are always dropped; undefined: any other hook is an error. */
  readonly hooks?: 'keep' | 'drop';
}

export interface LeafOutput {
  /** Exactly what `kustomize build` prints. */
  readonly yaml: string;
  readonly objects: readonly ObjectId[];
}

/** Throws `Failure` `RenderFailed` with the tool's message; a crash, a time-out or a memory limit costs that one call. */
export interface Renderer {
  render(request: LeafRequest, options?: { readonly signal?: AbortSignal }): Promise<LeafOutput>;
  /** E.g. `{ protocol: '1', kustomize: 'v0.21.2', helm: 'v4.3.1' }`; stands in provenance and in cache keys. */
  versions(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}
