import type { FleetOptions } from '../types.ts';
import { createGitSource, type GitSource } from './git-source.ts';

/**
 * Keeps one mirror for each URL, shared by all clusters; the token goes only to hosts of the clusters' own GitOps
 * repositories.
 */
export function gitSources(options: FleetOptions, directory: string, signal: AbortSignal): (url: string) => GitSource {
  const trusted = new Set(options.clusters.map(({ gitops }) => originOf(gitops.url)));
  const sources = new Map<string, GitSource>();
  return (url) => {
    const token = trusted.has(originOf(url)) ? options.gitToken : undefined;
    const source = sources.get(url) ?? createGitSource(url, directory, { token, signal });
    sources.set(url, source);
    return source;
  };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
