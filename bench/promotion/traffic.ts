import type { Exchange } from '../../fakes/github/server.ts';

/** What the forge was asked, counted at the stand-in. */
export interface Traffic {
  /** Connections of git: each begins with a question for the repository's abilities. */
  readonly connections: number;
  /** Calls of the API. */
  readonly calls: number;
}

/** A connection of git: what it is asked for, each an answer that is waited for. */
interface Connection {
  readonly repository: string;
  readonly services: string[];
}

/** Says what a connection was for: `acme/gitops: ask`. A fetch asks where refs are before it asks for objects. */
function wordsOf({ repository, services }: Connection): string {
  const isPush = services.includes('git-receive-pack');
  return `${repository}: ${isPush ? 'push' : services.length > 1 ? 'fetch' : 'ask'}`;
}

/** Counts what the forge is asked, between one reset and the next. */
export function watchTraffic() {
  let since = performance.now();
  let asked: { readonly atMs: number; readonly what: string }[] = [];
  let connections: Connection[] = [];
  let calls: string[] = [];
  let mergedAt = 0;
  let handovers: number[] = [];
  const note = (what: string) => asked.push({ atMs: Math.round(performance.now() - since), what });
  return {
    onGitCall(call: string): void {
      note(`git ${call}`);
      const [method, repository = '', service = ''] = call.split(' ');
      if (method === 'GET') connections.push({ repository, services: [] });
      else connections.findLast((each) => each.repository === repository)?.services.push(service);
    },
    onExchange({ method, path, status }: Exchange): void {
      note(`api ${method} ${path}`);
      calls.push(`${method} ${path}`);
      if (status >= 300) return;
      if (method === 'PUT' && path.endsWith('/merge')) mergedAt = performance.now();
      if (method !== 'POST' || !path.endsWith('/pulls')) return;
      if (mergedAt > 0) handovers.push(performance.now() - mergedAt);
      mergedAt = 0;
    },
    reset(): void {
      since = performance.now();
      asked = [];
      connections = [];
      calls = [];
      handovers = [];
      mergedAt = 0;
    },
    get traffic(): Traffic {
      return { connections: connections.length, calls: calls.length };
    },
    /** Each connection of git, in order: its repository, and whether it asks, fetches or pushes. */
    get connections(): readonly string[] {
      return connections.map(wordsOf);
    },
    /** Each call of the API, as its method and path, in order. */
    get calls(): readonly string[] {
      return calls;
    },
    /** Everything that was asked, in order, with the milliseconds since the reset: for a look at where the time goes. */
    get log(): readonly string[] {
      return asked.map(({ atMs, what }) => `${atMs} ${what}`);
    },
    /** The milliseconds from each merge to the next request. */
    get handovers(): readonly number[] {
      return handovers;
    },
  };
}
