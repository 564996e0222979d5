import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A rig's place on disk, which goes with the rig in any case. */
export interface RigDirectory {
  readonly path: string;
  /** Has the process ended, too, should this one be killed. Its command line must name the directory. */
  keep(pid: number): void;
  remove(): Promise<void>;
}

/**
 * Waits in a process of its own until the directory is gone, which is the usual end, or its starter: then it ends the
 * processes that are listed there, if they are still the same ones, and removes the directory.
 */
const keeper = `
  starter=$1 directory=$2
  trap '' HUP INT TERM
  while kill -0 "$starter" && [ -d "$directory" ]; do sleep 1; done 2>/dev/null
  [ -d "$directory" ] || exit 0
  while read -r pid; do
    case "$(ps -o command= -p "$pid")" in *"$directory"*) kill -9 "$pid" ;; esac
  done <"$directory/pids"
  rm -rf "$directory"
`;

/** Makes a new directory below `parent`, by default the system's temporary one; `rig` is in its name. */
export async function rigDirectory(rig = 'flux', parent = tmpdir()): Promise<RigDirectory> {
  const path = await mkdtemp(join(parent, `fairlead-${rig}-`));
  const pids = join(path, 'pids');
  appendFileSync(pids, '');
  spawn('sh', ['-c', keeper, 'keeper', `${process.pid}`, path], { detached: true, stdio: 'ignore' }).unref();
  return {
    path,
    keep: (pid) => appendFileSync(pids, `${pid}\n`),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
