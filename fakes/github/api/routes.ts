import { commitRoutes } from '../git/commit-api.ts';
import { commentRoutes } from '../reports/comments.ts';
import { deploymentRoutes } from '../reports/deployments.ts';
import { statusRoutes } from '../reports/statuses.ts';
import type { Route } from './call.ts';
import { issueRoutes } from './issues.ts';
import { pullRoutes } from './pulls.ts';
import { reviewerRoutes } from './reviewers.ts';
import { ruleRoutes } from './rules.ts';

/** A route, and the parameters of the path that matched it. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
}

const routes = [
  ...pullRoutes,
  ...reviewerRoutes,
  ...issueRoutes,
  ...ruleRoutes,
  ...commentRoutes,
  ...statusRoutes,
  ...deploymentRoutes,
  ...commitRoutes,
];

const compiled: readonly Compiled[] = routes.map((route) => ({
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
