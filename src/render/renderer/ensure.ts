import { findProgram } from '../../programs/find.ts';
import { findPlatformPackage, howInstalled } from '../../programs/platform-package.ts';
import type { FindOptions } from '../../programs/recipe.ts';
import { digestSources, rendererSources, vendorFolders } from '../../programs/renderer-module.ts';
import { version } from '../../version.ts';
import { compiledRenderer } from './compile.ts';

/**
 * Answers the path of the renderer: the one that `FAIRLEAD_RENDERER` names, else that of the platform's package beside this
 * program, else `fairlead-renderer` on the PATH, else the one that is built once from renderer/ as it is now, into the cache.
 * Throws as `findProgram` does.
 */
export async function ensureRenderer(options: FindOptions = {}): Promise<string> {
  const sources = rendererSources();
  const isOwn = (name: string) => !vendorFolders.some((folder) => name.startsWith(folder));
  return findProgram(
    {
      name: 'fairlead-renderer',
      environmentVariable: 'FAIRLEAD_RENDERER',
      packaged: () => findPlatformPackage('renderer', { from: import.meta.url, version, installedWith: 'fairlead' }),
      pathNames: ['fairlead-renderer'],
      cacheKey: sources ? await digestSources(sources, isOwn) : 'without-sources',
      executable: 'fairlead-renderer',
      ways: sources ? [await compiledRenderer(sources)] : [],
      withoutWays: howInstalled('renderer', 'install Fairlead anew, without `--omit=optional`.'),
    },
    options,
  );
}
