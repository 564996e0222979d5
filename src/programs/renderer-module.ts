import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders of renderer/ that go into `fairlead-vendor` alone, and not into the renderer. */
export const vendorFolders: readonly string[] = ['cmd/fairlead-vendor/', 'internal/fetch/'];

/** Finds renderer/, from the sources as well as from what the compiler makes of them in dist/; undefined: it is not there. */
export function rendererSources(): string | undefined {
  const roots = ['../../', '../../../'].map((up) => fileURLToPath(new URL(up, import.meta.url)));
  return roots.map((root) => join(root, 'renderer')).find(isRendererModule);
}

/** An installed program has other people's folders above it: only our own module is built. */
function isRendererModule(directory: string): boolean {
  try {
    return /^module fairlead\.dev\/renderer$/m.test(readFileSync(join(directory, 'go.mod'), 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Digests the sources that go into an executable, by path and content; tests do not. The versions of libraries always do. */
export async function digestSources(directory: string, isOwn: (name: string) => boolean): Promise<string> {
  const entries = await readdir(directory, { recursive: true });
  const hash = createHash('sha256');
  for (const name of entries.filter((each) => isModuleFile(each) || (isSource(each) && isOwn(each))).sort()) {
    const content = await readFile(join(directory, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 20);
}

function isModuleFile(name: string): boolean {
  return name === 'go.mod' || name === 'go.sum';
}

function isSource(name: string): boolean {
  return name.endsWith('.go') && !name.endsWith('_test.go') && !name.split(/[/\\]/).includes('testdata');
}
