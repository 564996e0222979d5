import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a script that is `program`, and that ends when the process that started it is gone: the SDK stops its servers only
 * when it is asked to, which a run that is interrupted or killed no longer does. With `cleansUp` the directory of the
 * script goes then too.
 */
export async function guarded(
  program: string,
  {
    directory,
    name,
    cleansUp = false,
  }: { readonly directory: string; readonly name: string; readonly cleansUp?: boolean },
): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, script(program, cleansUp ? directory : undefined), { mode: 0o755 });
  return file;
}

function script(program: string, directory: string | undefined): string {
  return `#!/bin/sh
starter=$PPID
(
  trap '' HUP INT TERM
  while kill -0 "$starter" && kill -0 $$; do sleep 1; done
  kill -0 "$starter" && exit
  kill $$
  ${directory === undefined ? '' : `rm -rf ${quoted(directory)}`}
) </dev/null >/dev/null 2>&1 &
exec ${quoted(program)} "$@"
`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
