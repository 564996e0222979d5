import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../../src/programs/find.ts';
import { go, small } from '../../../src/programs/go.ts';
import type { FindOptions } from '../../../src/programs/recipe.ts';
import { runTool } from '../../../src/programs/run-tool.ts';

/** A program that a Go module beside this file names as its `tool`. */
export interface GoTool {
  /** The name of the executable, also on the PATH. */
  readonly name: string;
  /** The variable that names an executable; the names are those of controller-runtime's envtest. */
  readonly variable: string;
  /** The folder of the module. */
  readonly module: string;
  readonly package: string;
  /** Why it takes long. */
  readonly duration: string;
}

/** Finds the program as `findProgram` does, or builds it once into the cache, from the module's pinned versions. */
export async function findGoTool(tool: GoTool, options: FindOptions = {}): Promise<string> {
  const directory = fileURLToPath(new URL(`./${tool.module}`, import.meta.url));
  return findProgram(
    {
      name: tool.name,
      environmentVariable: tool.variable,
      pathNames: [tool.name],
      cacheKey: await digestModule(directory),
      executable: tool.name,
      ways: [
        {
          description: `building ${tool.package} as test/flux/programs/${tool.module}/go.mod pins it`,
          duration: tool.duration,
          obtain: async (target, context) => {
            const args = ['build', ...small, '-o', join(target, basename(tool.name)), tool.package];
            await runTool(go, args, { cwd: directory, env: { CGO_ENABLED: '0' }, context });
          },
        },
      ],
    },
    options,
  );
}

async function digestModule(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(directory, file)));
  return hash.digest('hex').slice(0, 20);
}
