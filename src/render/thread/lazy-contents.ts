import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { type ContentsMessage, type ThreadMessage, unpackContents } from '../../threads/messages.ts';
import { directoryOf } from '../source/paths.ts';
import type { SourceFile, SourceTree } from '../types.ts';
import type { ListedFile, ListedTree } from './listed-tree.ts';
import type { PlanTask } from './messages.ts';

/** Whoever plans cannot go on, because the contents that it needs cannot be had. */
export class ContentsMissing extends Error {}

/** A symlink's target is longer on no system (PATH_MAX). */
const longestTarget = 4096;

/** Trees whose contents are read when they are asked for. */
export interface LazyTrees {
  /** Opens a tree. A read brings what lies beside the file, too, and it is noted in the listing. */
  openTree(listed: ListedTree): SourceTree;
  /** Reads contents, of whichever tree, before they are asked for. */
  readAhead(oids: ReadonlySet<string>): void;
}

/** Makes trees for one task: the thread asks for contents, and sleeps until it has them. */
export function lazyTrees({ port, bell }: Pick<PlanTask, 'port' | 'bell'>): LazyTrees {
  const known = new Map<string, Buffer>();
  const signal = new Int32Array(bell);
  let bytes = 0;
  const readNow = (oids: readonly string[]) => {
    for (const [oid, content] of unpackContents(askFor(oids, port, signal))) {
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

/** Asks the main thread, and sleeps until it has answered. */
function askFor(oids: readonly string[], port: MessagePort, bell: Int32Array) {
  Atomics.store(bell, 0, 0);
  port.postMessage({ kind: 'read', oids: [...new Set(oids)] } satisfies ThreadMessage);
  Atomics.wait(bell, 0, 0);
  const answer = receiveMessageOnPort(port)?.message as ContentsMessage | undefined;
  if (answer?.kind !== 'contents') throw new ContentsMissing('the contents cannot be had');
  return answer.contents;
}
