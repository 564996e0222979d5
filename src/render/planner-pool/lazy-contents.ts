import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import type { TaskSupply } from '../../processes/serve.ts';
import { directoryOf } from '../source/paths.ts';
import type { SourceFile, SourceTree } from '../types.ts';
import type { ListedFile, ListedTree } from './listed-tree.ts';

/** A symlink's target is longer on no system (PATH_MAX). */
const longestTarget = 4096;

/** Trees whose contents are read when they are asked for. */
export interface LazyTrees {
  /** Opens a tree. A read brings what lies beside the file, too, and it is noted in the listing. */
  openTree(listed: ListedTree): SourceTree;
  /** Reads contents, of whichever tree, before they are asked for. */
  readAhead(oids: ReadonlySet<string>): void;
}

/** Makes trees for one task: the process asks for contents, and stands still until it has them. */
export function lazyTrees(ask: TaskSupply['read']): LazyTrees {
  const known = new Map<string, Buffer>();
  let bytes = 0;
  const readNow = (oids: readonly string[]) => {
    for (const [oid, content] of ask(oids)) {
      known.set(oid, content);
      bytes += content.length;
    }
    if (bytes > limits.environmentBytes)
      throw new Failure(
        'RenderFailed',
        `Planning reads more than ${bytesText(limits.environmentBytes)} of what is assigned. Assign less, or make the files smaller.`,
      );
  };
  return {
    readAhead: (oids) => {
      if (oids.size > 0) readNow([...oids]);
    },
    openTree: ({ revision, files, read }) => {
      const beside = besideEach(files);
      return {
        revision,
        files: new Map(
          files.map(([path, file]): [string, SourceFile] => [
            path,
            {
              ...file,
              get content() {
                read.add(path);
                if (!isReadable(file)) return undefined;
                if (!known.has(file.oid))
                  readNow([file.oid, ...beside(path).filter((oid) => oid !== file.oid && !known.has(oid))]);
                return known.get(file.oid);
              },
            },
          ]),
        ),
      };
    },
  };
}

function isReadable({ mode, size }: ListedFile): boolean {
  if (mode === '160000') return false;
  return size <= (mode === '120000' ? longestTarget : limits.fileBytes);
}

/** The size up to which a file is read with those beside it, and how many are. */
const smallBytes = 16 * 1024;
const mostBeside = 256;

/** Makes a function that lists the small YAML files in the directory of a path. */
function besideEach(files: ListedTree['files']): (path: string) => readonly string[] {
  let byDirectory: Map<string, string[]> | undefined;
  return (path) => {
    if (byDirectory === undefined) {
      byDirectory = new Map();
      for (const [each, { mode, oid, size }] of files) {
        if (mode === '160000' || size > smallBytes || !/\.ya?ml$/i.test(each)) continue;
        const list = byDirectory.get(directoryOf(each)) ?? [];
        if (list.length < mostBeside) list.push(oid);
        byDirectory.set(directoryOf(each), list);
      }
    }
    return byDirectory.get(directoryOf(path)) ?? [];
  };
}
