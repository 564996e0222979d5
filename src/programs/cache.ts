import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Names the directory of what Fairlead can make again: `FAIRLEAD_CACHE`, else `fairlead` below `XDG_CACHE_HOME`, else
 * `~/.cache/fairlead`. As the XDG base directory specification wants it, a relative XDG path is ignored.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.FAIRLEAD_CACHE) return env.FAIRLEAD_CACHE;
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'fairlead');
  return join(env.HOME || homedir(), '.cache', 'fairlead');
}
