import type { Exchange } from '../../fakes/github/server.ts';

/** What the forge was asked, counted at the stand-in. */
export interface Traffic {
  /** Connections of git: each begins with a question for the repository's abilities. */
  readonly connections: number;
  /** Calls of the API. */
  readonly calls: number;
}

/** Counts what the forge is asked, between one reset and the next. */
export function watchTraffic() {
  let connections: string[] = [];
  let calls: string[] = [];
  let mergedAt = 0;
  let handovers: number[] = [];
  return {
    onGitCall(call: string): void {
      if (call.startsWith('GET ')) connections.push(call);
    },
    onExchange({ method, path, status }: Exchange): void {
      calls.push(`${method} ${path}`);
      if (status >= 300) return;
      if (method === 'PUT' && path.endsWith('/merge')) mergedAt = performance.now();
      if (method !== 'POST' || !path.endsWith('/pulls')) return;
      if (mergedAt > 0) handovers.push(performance.now() - mergedAt);
      mergedAt = 0;
    },
    reset(): void {
      connections = [];
      calls = [];
      handovers = [];
      mergedAt = 0;
    },
    get traffic(): Traffic {
      return { connections: connections.length, calls: calls.length };
    },
    /** Everything that was asked, in order, for a look at where it goes. */
    get log(): readonly string[] {
      return [...connections, ...calls];
    },
    /** The milliseconds from each merge to the next request. */
    get handovers(): readonly number[] {
      return handovers;
    },
  };
}
