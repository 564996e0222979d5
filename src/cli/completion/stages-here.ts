import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../shape.ts';

/** Answers the environments of the Platform file in a directory; none where there is no such file. */
export async function stagesHere(directory: string): Promise<readonly string[]> {
  const text = await readFile(join(directory, 'fairlead.yaml'), 'utf8').catch(() => '');
  if (!/^stages:/m.test(text)) return [];
  const { parseDocument } = await import('yaml');
  const written: unknown = parseDocument(text).toJS({ maxAliasCount: 0 });
  const stages = isObject(written) && Array.isArray(written.stages) ? written.stages.flat() : [];
  return stages.filter((each) => typeof each === 'string');
}
