import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const mainDirectory = fileURLToPath(new URL('./main/', import.meta.url));

/** Files of the sample platform's main, as they lie in demo/sample/main. */
export async function mainFiles(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(mainDirectory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [relative(mainDirectory, file), await readFile(file, 'utf8')] as const),
    ),
  );
}

/**
 * A change of main that cannot become healthy in qa: the forwarder's new version asks for a permission
 * that qa's clusters do not give. The stand-in clusters know it by the annotation.
 */
export async function brokenForwarder(): Promise<ReadonlyMap<string, string>> {
  const main = await mainFiles();
  const chart = main.get('infra/logging/log-forwarder/Chart.yaml') ?? '';
  const values = main.get('infra/logging/log-forwarder/values.yaml') ?? '';
  return new Map([
    [
      'infra/logging/log-forwarder/Chart.yaml',
      chart.replace('version: 1.4.0', 'version: 2.0.0').replace('"1.4"', '"2.0"'),
    ],
    [
      'infra/logging/log-forwarder/values.yaml',
      values.replace('annotations: {}', 'annotations:\n  demo.fairlead.dev/unhealthy-in: qa'),
    ],
  ]);
}
