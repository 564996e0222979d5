/** The files of a commit in memory. The pure part of rendering reads nothing else. */
export interface SourceTree {
  /** The commit's id; for files that are in no commit, a name for messages. */
  readonly revision: string;
  /** Path → file, sorted by path. */
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** A file of a commit. */
export interface SourceFile {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  /** The id of the git blob. Equal ids mean equal content. */
  readonly oid: string;
  /** In bytes. Default: the length of `content`. */
  readonly size?: number;
  /** The bytes; undefined for submodules, and for files that are too large to be rendered. */
  readonly content?: Buffer;
}

/** The identity of an object among all others in a cluster. */
export interface ObjectId {
  /** `group/version`, or the version alone. */
  readonly apiVersion: string;
  readonly kind: string;
  /** '' for an object in no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** The request to render one leaf. Everything that the renderer may read is in `files` and `binaryFiles`. */
export interface LeafRequest {
  /**
   * Absolute path in the renderer's file system → content. Main lies below `/main`, the config branch below `/config`.
   */
  readonly files: Readonly<Record<string, string>>;
  /** The files that are not UTF-8 (packed chart dependencies, binary data), in base64. No path is in both. */
  readonly binaryFiles?: Readonly<Record<string, string>>;
  /** The directory to build, as by `kustomize build`. */
  readonly root: string;
  /** The chart to render first. Its output becomes `outputFile`, to which the kustomization at `root` refers. */
  readonly chart?: ChartRequest;
}

/** The request to render a chart. Paths are those of the renderer's file system. */
export interface ChartRequest {
  readonly directory: string;
  readonly outputFile: string;
  /** The values files, outermost first. Later ones win, and all of them win over the chart's own. */
  readonly valuesFiles: readonly string[];
  readonly releaseName: string;
  readonly namespace: string;
  readonly includeCRDs: boolean;
  readonly kubeVersion?: string;
  readonly apiVersions: readonly string[];
  /**
   * The treatment of hooks; undefined: those that run nothing are kept, and any other is an error. What no install or
   * upgrade applies, such as a test, is always dropped.
   */
  readonly hooks?: 'keep' | 'drop';
  /** The treatment of single hooks, which wins. */
  readonly hookAnswers?: readonly HookAnswer[];
  /** What becomes of output that changes from run to run; what none of them names is an error. */
  readonly unstable?: readonly UnstableAnswer[];
  /** The objects that the GitOps branch holds, one a text: those of which something is kept. */
  readonly kept?: readonly string[];
  /** A placeholder stands for what is kept and not among them; else that is an error. */
  readonly placeholders?: boolean;
}

/** What becomes of a field that comes out differently from run to run, or of all such fields of an object. */
export interface UnstableAnswer {
  /** Its kind and name, with its namespace before the name where that is needed. */
  readonly object: string;
  /** Undefined: the object is meant. */
  readonly field?: string;
  readonly answer: 'drop' | 'keep' | 'value';
  /** The value, as it stands in the object. It may be a secret. */
  readonly value?: string;
  /** Where a person wrote it, for messages. It decides nothing else. */
  readonly place: string;
}

/** What becomes of one hook. */
export interface HookAnswer {
  /** Its kind and name. */
  readonly object: string;
  readonly answer: 'keep' | 'drop';
  /** Where a person wrote it, for messages. It decides nothing else. */
  readonly place: string;
}

/** The rendered objects of one leaf. */
export interface LeafOutput {
  /** The objects exactly as `kustomize build` prints them. */
  readonly yaml: string;
  readonly objects: readonly ObjectId[];
  /** The fields that have a placeholder for what the GitOps branch holds; undefined: none. */
  readonly placeholders?: readonly string[];
}

/** For whom a leaf is rendered. */
export interface RenderOptions {
  /** Ends it when it is aborted. */
  readonly signal?: AbortSignal;
  /** Names the platform, which gets no more time than others who wait. Default: one share for all that name none. */
  readonly share?: string;
}

/** Renders leaves. */
export interface Renderer {
  /**
   * Renders one leaf. Throws `Failure` RenderFailed with the tool's message. A crash, a time-out or the memory limit
   * costs that one call only.
   */
  render(request: LeafRequest, options?: RenderOptions): Promise<LeafOutput>;
  /** Answers what it is made of, such as `{ kustomize: 'v0.21.2', helm: 'v4.3.1' }`, for provenance and cache keys. */
  versions(): Promise<Readonly<Record<string, string>>>;
  /** Ends all processes. */
  close(): Promise<void>;
}
