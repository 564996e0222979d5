import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';

export interface FileEntry {
  readonly mode: string;
  readonly oid: string;
}

export interface StoredCommit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: string;
}

export interface CommitDraft {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** The author's name; the address is made of it where none is given. */
  readonly person: string;
  readonly email?: string;
  /** The committer, `name <address>`. Default: the author. */
  readonly committer?: string;
  /** The time, in seconds since 1970. */
  readonly seconds: number;
}

/**
 * A bare repository read and written without a process, which costs a hundred times as much: loose objects and loose
 * refs only, which is all that a few pushes of small commits make.
 */
export class ObjectStore {
  readonly directory: string;
  readonly #trees = new Map<string, ReadonlyMap<string, FileEntry>>();
  readonly #commits = new Map<string, StoredCommit>();

  constructor(directory: string) {
    this.directory = directory;
  }

  ref(name: string): string | undefined {
    try {
      return readFileSync(join(this.directory, name), 'utf8').trim();
    } catch {
      return this.#packedRef(name);
    }
  }

  /** Answers the full names of the refs below a folder such as `refs/heads`. */
  refs(below: string): readonly string[] {
    const folder = join(this.directory, below);
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((name) => {
      const path = `${below}/${name}`;
      if (name.endsWith('.lock')) return [];
      return isDirectory(join(this.directory, path)) ? this.refs(path) : [path];
    });
  }

  /** Sets a ref without a lock: for refs that nobody else moves. */
  setRef(name: string, sha: string): void {
    const file = join(this.directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.draft`, `${sha}\n`);
    renameSync(`${file}.draft`, file);
  }

  /**
   * Moves a ref as git does, under its lock; false where it was not at `from`, or was there where `from` is undefined.
   */
  moveRef(name: string, from: string | undefined, to: string): boolean {
    const file = join(this.directory, name);
    mkdirSync(dirname(file), { recursive: true });
    const lock = takeLock(`${file}.lock`);
    if (lock === undefined || this.ref(name) !== from) {
      if (lock !== undefined) rmSync(`${file}.lock`);
      return false;
    }
    writeFileSync(`${file}.lock`, `${to}\n`);
    renameSync(`${file}.lock`, file);
    return true;
  }

  commit(sha: string): StoredCommit {
    const known = this.#commits.get(sha);
    if (known) return known;
    const text = this.#read(sha).toString('utf8');
    const end = text.indexOf('\n\n');
    const lines = text.slice(0, end).split('\n');
    const values = (key: string) => lines.filter((line) => line.startsWith(key)).map((line) => line.slice(key.length));
    const commit = {
      sha,
      tree: values('tree ')[0] ?? '',
      parents: values('parent '),
      message: text.slice(end + 2),
      author: values('author ')[0]?.replace(/ <.*/, '') ?? '',
    };
    this.#commits.set(sha, commit);
    return commit;
  }

  /** Answers all files of a commit, by path. */
  files(commit: string): ReadonlyMap<string, FileEntry> {
    return this.#filesOf(this.commit(commit).tree);
  }

  blob(oid: string): Buffer {
    return this.#read(oid);
  }

  /** Reads one file of a commit; undefined where it has none. */
  file(commit: string, path: string): string | undefined {
    const entry = this.files(commit).get(path);
    return entry && this.blob(entry.oid).toString('utf8');
  }

  /** Walks from the commit by first parents, newest first, until `until` says that it is enough. */
  *firstParents(from: string, until: (sha: string) => boolean = () => false): Generator<string> {
    for (let sha: string | undefined = from; sha !== undefined && !until(sha); [sha] = this.commit(sha).parents)
      yield sha;
  }

  /** Writes a tree of plain files. */
  writeTree(files: ReadonlyMap<string, string>): string {
    const folders = new Map<string, Map<string, string>>();
    const entries: (readonly [string, string, string])[] = [];
    for (const [path, content] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) entries.push([path, '100644', this.#write('blob', Buffer.from(content))]);
      else {
        const folder = path.slice(0, slash);
        folders.set(folder, (folders.get(folder) ?? new Map()).set(path.slice(slash + 1), content));
      }
    }
    for (const [name, below] of folders) entries.push([name, '40000', this.writeTree(below)]);
    const sortKey = ([name, mode]: readonly [string, string, string]) => (mode === '40000' ? `${name}/` : name);
    entries.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    return this.#write(
      'tree',
      Buffer.concat(
        entries.flatMap(([name, mode, oid]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]),
      ),
    );
  }

  writeCommit({ tree, parents, message, person, email, committer, seconds }: CommitDraft): string {
    const who = `${person} <${email ?? `${person.toLowerCase().replace(/\W+/g, '.')}@example.org`}>`;
    const heads = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${who} ${seconds} +0000`,
      `committer ${committer ?? who} ${seconds} +0000`,
    ];
    return this.#write('commit', Buffer.from(`${heads.join('\n')}\n\n${message}\n`));
  }

  /** A clone has its refs in one file. */
  #packedRef(name: string): string | undefined {
    const file = join(this.directory, 'packed-refs');
    if (!existsSync(file)) return undefined;
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find((text) => text.slice(41) === name);
    return line?.slice(0, 40);
  }

  #filesOf(tree: string): ReadonlyMap<string, FileEntry> {
    const known = this.#trees.get(tree);
    if (known) return known;
    const files = new Map<string, FileEntry>();
    for (const { name, mode, oid } of entriesOf(this.#read(tree))) {
      if (mode !== '40000') files.set(name, { mode, oid });
      else for (const [path, entry] of this.#filesOf(oid)) files.set(`${name}/${path}`, entry);
    }
    this.#trees.set(tree, files);
    return files;
  }

  #read(oid: string): Buffer {
    const object = inflateSync(readFileSync(join(this.directory, 'objects', oid.slice(0, 2), oid.slice(2))));
    return object.subarray(object.indexOf(0) + 1);
  }

  #write(type: string, content: Buffer): string {
    const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const oid = createHash('sha1').update(object).digest('hex');
    const file = join(this.directory, 'objects', oid.slice(0, 2), oid.slice(2));
    if (existsSync(file)) return oid;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.draft`, deflateSync(object, { level: 1 }), { mode: 0o444 });
    renameSync(`${file}.draft`, file);
    return oid;
  }
}

function* entriesOf(tree: Buffer): Generator<{ readonly name: string; readonly mode: string; readonly oid: string }> {
  for (let at = 0; at < tree.length; ) {
    const space = tree.indexOf(0x20, at);
    const end = tree.indexOf(0, space);
    yield {
      mode: tree.toString('latin1', at, space),
      name: tree.toString('utf8', space + 1, end),
      oid: tree.toString('hex', end + 1, end + 21),
    };
    at = end + 21;
  }
}

/** Takes a lock; undefined where somebody else has it. */
function takeLock(file: string): true | undefined {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch {
    return undefined;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
