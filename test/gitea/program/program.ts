import { createHash } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../../src/programs/find.ts';
import { go, small } from '../../../src/programs/go.ts';
import type { FindOptions } from '../../../src/programs/recipe.ts';
import { runTool } from '../../../src/programs/run-tool.ts';

/** A Gitea on this machine. */
export interface GiteaProgram {
  readonly executable: string;
  /** The folder with its templates and translations, which the executable reads when it starts. */
  readonly staticRoot: string;
}

const module = fileURLToPath(new URL('.', import.meta.url));
const packageName = 'gitea.dev';
const chmod = { name: 'chmod', remedy: 'It is a part of every system.' };
/** What the server reads of its sources. */
const staticFolders = ['templates', 'options', 'public'];

/** Finds Gitea as `findProgram` does, or builds it once into the cache, from the versions that go.mod beside this file pins. */
export async function giteaProgram(options: FindOptions = {}): Promise<GiteaProgram> {
  const executable = await findProgram(
    {
      name: 'gitea',
      cacheKey: await digestModule(),
      executable: 'gitea',
      ways: [
        {
          description: 'building Gitea as test/gitea/program/go.mod pins it',
          duration: 'compiles a forge with all its libraries, once: 3 to 6 minutes',
          async obtain(target, context) {
            const run = (...args: readonly string[]) =>
              runTool(go, args, { cwd: module, env: { CGO_ENABLED: '0' }, context });
            await run('build', ...small, '-o', join(target, 'gitea'), packageName);
            const sources = (await run('list', '-m', '-f', '{{.Dir}}', packageName)).trim();
            for (const folder of staticFolders)
              await cp(join(sources, folder), join(target, 'static', folder), { recursive: true });
            // Go keeps sources so that nobody may change or remove them.
            await runTool(chmod, ['-R', 'u+w', join(target, 'static')], { cwd: target, context });
          },
        },
      ],
    },
    options,
  );
  return { executable, staticRoot: join(dirname(executable), 'static') };
}

async function digestModule(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'program.ts']) hash.update(await readFile(join(module, file)));
  return hash.digest('hex').slice(0, 20);
}
