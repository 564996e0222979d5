import { Failure } from '../../src/failure.ts';
import type { Forge, Forges } from '../../src/forge/port.ts';
import { checkRepositoryUrl } from '../../src/platform/repository/repository-url.ts';

/** Finds forges by the URLs of their repositories, in whatever form a URL is written. */
export class MemoryForges implements Forges {
  readonly #byKey: ReadonlyMap<string, Forge>;

  constructor(forges: Readonly<Record<string, Forge>>) {
    this.#byKey = new Map(Object.entries(forges).map(([url, forge]) => [keyOf(url), forge]));
  }

  for(repositoryUrl: string): Forge {
    const found = this.#byKey.get(keyOf(repositoryUrl));
    if (found === undefined) throw new Failure('InvalidConfig', `No forge is configured for ${repositoryUrl}.`);
    return found;
  }

  commitUrl(): undefined {
    return undefined;
  }
}

function keyOf(url: string): string {
  const { host, path } = checkRepositoryUrl(url);
  return `${host}/${path}`;
}
