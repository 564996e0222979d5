import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { directoryOf } from '../source/paths.ts';
import type { SourceFile, SourceTree } from '../types.ts';
import {
  type ContentsMessage,
  type PlanTask,
  type SharedTree,
  type ThreadMessage,
  unpackContents,
  unpackListing,
} from './messages.ts';

/** Whoever plans cannot go on, because the contents that it needs cannot be had. */
export class ContentsMissing extends Error {}

/** A symlink's target is longer on no system (PATH_MAX). */
const longestTarget = 4096;

/**
 * Makes trees whose contents are read when they are asked for: the thread asks, and sleeps until it has them. A read
 * brings what lies beside the file, too.
 */
export function lazyTrees({ contents, port, bell }: Pick<PlanTask, 'contents' | 'port' | 'bell'>) {
  const known = new Map(unpackContents(contents));
  const signal = new Int32Array(bell);
  let bytes = contents.bytes.length;
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
  return ({ revision, listing }: SharedTree): SourceTree => {
    const files = unpackListing(listing);
    const beside = besideEach(files);
    return {
      revision,
      files: new Map(
        files.map(([path, file]): [string, SourceFile] => [
          path,
          {
            ...file,
            get content() {
              if (!isReadable(file)) return undefined;
              if (!known.has(file.oid))
                readNow([file.oid, ...beside(path).filter((oid) => oid !== file.oid && !known.has(oid))]);
              return known.get(file.oid);
            },
          },
        ]),
      ),
    };
  };
}

type ListedFile = ReturnType<typeof unpackListing>[number];

function isReadable({ mode, size }: ListedFile[1]): boolean {
  if (mode === '160000') return false;
  return size <= (mode === '120000' ? longestTarget : limits.fileBytes);
}

/** The size up to which a file is read with those beside it, and how many are. */
const smallBytes = 16 * 1024;
const mostBeside = 256;

/** Makes a function that lists the small YAML files in the directory of a path. */
function besideEach(files: readonly ListedFile[]): (path: string) => readonly string[] {
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
