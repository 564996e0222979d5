import { lockName } from '../../vendor/lock.ts';
import type { PlatformInputs } from '../platform.ts';
import { kustomizationNames } from '../source/kustomization.ts';
import { directoryOf } from '../source/paths.ts';
import type { SourceFile, SourceTree } from '../types.ts';

/** The size up to which a file is handed over before it is asked for: nearly all that planning reads is smaller. */
const smallBytes = 16 * 1024;
/** What is handed over at most. The rest is asked for. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Lists the contents that planning most likely reads, so that it need not ask for each: symlinks, kustomizations and
 * settings, and the manifests of directories that have nothing else.
 */
export function neededFirst({ main, config, otherMains = [] }: PlatformInputs): ReadonlySet<string> {
  const needed = new Set<string>();
  let bytes = 0;
  const addFiles = ({ files }: SourceTree, test: (path: string, file: SourceFile) => boolean) => {
    for (const [path, file] of files) {
      const { mode, oid, size = 0 } = file;
      if (mode === '160000' || size > smallBytes || needed.has(oid)) continue;
      if (mode !== '120000' && !test(path, file)) continue;
      if (bytes + size > mostBytes) return;
      bytes += size;
      needed.add(oid);
    }
  };
  const described = new Set([...main.files.keys()].filter(isDescription).map(directoryOf));
  const isPlain = (path: string) => /\.ya?ml$/i.test(path) && !described.has(directoryOf(path)) && !isOfChart(path);
  addFiles(main, (path) => isDescription(path) || isPlain(path));
  addFiles(config, isDescription);
  for (const { tree } of otherMains) addFiles(tree, () => false);
  return needed;
}

function isDescription(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return kustomizationNames.includes(name) || ['helm.yaml', 'Chart.yaml', lockName].includes(name);
}

function isOfChart(path: string): boolean {
  return /(^|\/)(templates|crds|files)\//.test(path);
}
