import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const mainDirectory = fileURLToPath(new URL('./main/', import.meta.url));

/** Reads the files of the sample platform's main from demo/sample/main. */
export async function mainFiles(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(mainDirectory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [relative(mainDirectory, file), await readFile(file, 'utf8')] as const),
    ),
  );
}

/** Answers a change of main that becomes healthy everywhere. */
export async function fresherShop(): Promise<ReadonlyMap<string, string>> {
  const path = 'apps/blue/shop/source.yaml';
  const source = (await mainFiles()).get(path) ?? '';
  return new Map([[path, source.replace('interval: 1m', 'interval: 30s')]]);
}

/**
 * Answers a change of main that cannot become healthy in qa: the forwarder's new version asks for a permission
 * that qa's clusters do not give. The stand-in clusters know it by the annotation.
 */
export function brokenForwarder(): Promise<ReadonlyMap<string, string>> {
  return forwarder('2.0.0', '2.0', 'annotations:\n  demo.fairlead.dev/unhealthy-in: qa');
}

/** Answers the change that mends it: a version that does without the permission. */
export function mendedForwarder(): Promise<ReadonlyMap<string, string>> {
  return forwarder('2.0.1', '2.0.1', 'annotations: {}');
}

async function forwarder(
  version: string,
  appVersion: string,
  annotations: string,
): Promise<ReadonlyMap<string, string>> {
  const main = await mainFiles();
  const chart = 'infra/logging/log-forwarder/Chart.yaml';
  const values = 'infra/logging/log-forwarder/values.yaml';
  return new Map([
    [
      chart,
      main.get(chart)?.replace('version: 1.4.0', `version: ${version}`).replace('"1.4"', `"${appVersion}"`) ?? '',
    ],
    [values, main.get(values)?.replace('annotations: {}', annotations) ?? ''],
  ]);
}
