import { Failure } from '../../failure.ts';
import { configFile } from '../../gitops/platform-file.ts';
import { parsePlatform } from '../../platform/platform.ts';
import type { SourceTree } from '../../render/types.ts';
import type { Io } from '../io.ts';
import { sourceUrl } from '../options.ts';
import type { Checkout } from '../validate/checkout.ts';

/** Answers the addresses of the platform's own repository: what refers to them is never fetched. */
export function ownAddresses(checkout: Checkout, tree: SourceTree, io: Io): readonly string[] {
  const configured = io.env.FAIRLEAD_SOURCE;
  return [checkout.origin, configured && sourceUrl(configured, io), namedInFile(tree)].flatMap((url) => url || []);
}

/** Answers `source.repository` of main's fairlead.yaml; undefined: there is none, or `validate` has something to say. */
function namedInFile({ files }: SourceTree): string | undefined {
  const content = files.get(configFile)?.content;
  try {
    return content === undefined ? undefined : parsePlatform(content, configFile).sourceRepository;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
