import type { Route } from './call.ts';
import { issueRoutes } from './issues.ts';
import { pullRoutes } from './pulls.ts';

/** A route, and the parameters of the path that matched it. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
}

const compiled: readonly Compiled[] = [...pullRoutes, ...issueRoutes].map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}));

/** Finds the route of a call, with its parameters decoded; undefined where there is none. */
export function routeOf(method: string, path: string): Match | undefined {
  for (const { route, pattern } of compiled) {
    const found = route.method === method ? pattern.exec(path) : null;
    if (found === null) continue;
    const params = Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { route, params: Object.fromEntries(params) };
  }
  return undefined;
}
