import { readFile } from 'node:fs/promises';

/** Between two looks, in milliseconds: a server on a fast line brings some hundred megabytes meanwhile. */
const betweenMs = 500;

/**
 * Calls `onMore` when a process and those that it has started have more than `most` bytes of memory of their own. What they map of files is not counted: the
 * system takes that back. Only Linux tells it; elsewhere nobody looks. Answers what ends the watch.
 */
export function watchMemory(pid: number, most: number, onMore: () => void): () => void {
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    const bytes = await memoryOf(pid);
    isLooking = false;
    if (bytes > most) onMore();
  };
  const timer = setInterval(() => void look(), betweenMs);
  return () => clearInterval(timer);
}

/** Answers how many bytes a process and all below it have of their own; what has ended has none. */
async function memoryOf(pid: number): Promise<number> {
  const [status, children] = await Promise.all([
    readOf(`/proc/${pid}/status`),
    readOf(`/proc/${pid}/task/${pid}/children`),
  ]);
  const own = Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  const below = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map((child) => memoryOf(Number(child))),
  );
  return below.reduce((sum, bytes) => sum + bytes, own);
}

/** Reads a file of the system's; of a process that has ended, and on other systems, there is none. */
async function readOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
