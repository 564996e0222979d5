import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { git } from '../../fakes/github/git/run.ts';
import type { Sha } from '../../src/git/repository.ts';

export interface Commit {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
}

/** The commits of a bare repository, each read once. Starts git only for what lies in a pack. */
export class CommitGraph {
  readonly #directory: string;
  readonly #known = new Map<Sha, Commit>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Reads a commit. Throws for what the repository does not have. */
  async commit(sha: Sha): Promise<Commit> {
    const known = this.#known.get(sha);
    if (known !== undefined) return known;
    const loose = this.#readLoose(sha);
    if (loose !== undefined) this.#known.set(sha, parse(loose));
    else await this.#readHistory(sha);
    const read = this.#known.get(sha);
    if (read === undefined) throw new Error(`git did not list ${sha} in ${this.#directory}`);
    return read;
  }

  /** Says whether `ancestor` is `descendant` or behind it. */
  async contains(descendant: Sha, ancestor: Sha): Promise<boolean> {
    for await (const sha of this.#history(descendant)) if (sha === ancestor) return true;
    return false;
  }

  async haveCommonHistory(one: Sha, other: Sha): Promise<boolean> {
    const all = new Set<Sha>();
    for await (const sha of this.#history(one)) all.add(sha);
    for await (const sha of this.#history(other)) if (all.has(sha)) return true;
    return false;
  }

  /** Answers the commit and all behind it, nearest first. */
  async *#history(sha: Sha): AsyncGenerator<Sha> {
    const seen = new Set([sha]);
    // A set is walked in the order of adding, also over what is added on the way.
    for (const one of seen) {
      yield one;
      for (const parent of (await this.commit(one)).parents) seen.add(parent);
    }
  }

  #readLoose(sha: Sha): string | undefined {
    try {
      const object = readFileSync(join(this.#directory, 'objects', sha.slice(0, 2), sha.slice(2)));
      const text = inflateSync(object).toString('latin1');
      return text.slice(text.indexOf('\0') + 1);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Reads all packed commits at once: what lies behind a packed commit is packed too. */
  async #readHistory(sha: Sha): Promise<void> {
    const listed = await git(this.#directory, ['rev-list', '--header', sha]);
    for (const record of listed.split('\0').filter((text) => text.trim() !== '')) {
      const end = record.indexOf('\n');
      this.#known.set(record.slice(0, end), parse(record.slice(end + 1)));
    }
  }
}

function parse(text: string): Commit {
  const [header = ''] = text.split('\n\n', 1);
  const values = (key: string) =>
    header.split('\n').flatMap((line) => (line.startsWith(key) ? [line.slice(key.length)] : []));
  return { tree: values('tree ')[0] ?? '', parents: values('parent ') };
}
