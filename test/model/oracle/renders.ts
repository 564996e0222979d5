import { createHash } from 'node:crypto';
import type { LeafCache, RenderedPlatform } from '../../../src/render/platform.ts';
import { renderPlatform } from '../../../src/render/platform.ts';
import type { Renderer, SourceTree } from '../../../src/render/types.ts';
import type { ObjectStore } from '../git/object-store.ts';

/** The two commits that a commit of an environment's branch was rendered from. */
export interface Pair {
  readonly main: string;
  readonly config: string;
}

export interface ExpectedRender {
  readonly rendered: RenderedPlatform;
  /** Blob ids by path. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** Renders pairs of commits; the same content is rendered once for all sequences. */
export class Renders {
  readonly #renderer: Renderer;
  readonly #cache: LeafCache;
  readonly #known = new Map<string, Promise<ExpectedRender>>();

  constructor(renderer: Renderer, cache: LeafCache) {
    this.#renderer = renderer;
    this.#cache = cache;
  }

  of(source: ObjectStore, { main, config }: Pair): Promise<ExpectedRender> {
    const key = `${contentKey(source, main)} ${contentKey(source, config)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const render = this.#render(source, { main, config });
    this.#known.set(key, render);
    return render;
  }

  /** Says whether two pairs give the same manifests. */
  async same(source: ObjectStore, one: Pair, other: Pair): Promise<boolean> {
    const [a, b] = [await this.of(source, one), await this.of(source, other)];
    return a.blobs.size === b.blobs.size && [...a.blobs].every(([path, oid]) => b.blobs.get(path) === oid);
  }

  async #render(source: ObjectStore, { main, config }: Pair): Promise<ExpectedRender> {
    const inputs = {
      main: treeOf(source, main),
      config: treeOf(source, config),
      environment: 'an environment of the model',
      sourceRepositories: [source.directory],
      alsoBases: new Set<string>(),
    };
    const rendered = await renderPlatform(inputs, this.#renderer, { cache: this.#cache });
    return { rendered, blobs: new Map([...rendered.files].map(([path, text]) => [path, blobId(text)])) };
  }
}

export function blobId(text: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
}

/** Names the content of a commit that is rendered, without fairlead.yaml, whose paths differ between sequences. */
function contentKey(store: ObjectStore, commit: string): string {
  const files = [...store.files(commit)].filter(([path]) => path.includes('/') && !path.startsWith('docs/'));
  return createHash('sha1')
    .update(files.map(([path, { oid }]) => `${path} ${oid}`).join('\n'))
    .digest('hex');
}

function treeOf(store: ObjectStore, commit: string): SourceTree {
  const files = [...store.files(commit)].map(
    ([path, { oid }]) => [path, { mode: '100644', oid, content: store.blob(oid) }] as const,
  );
  return { revision: commit, files: new Map(files) };
}
