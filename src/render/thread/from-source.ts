import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Where a thread begins, and the arguments that Node needs to run it. */
export interface ThreadEntry {
  readonly filename: string;
  readonly execArgv: readonly string[];
}

/**
 * Answers the entry beside the module of this URL. Where the sources run as they are, a thread must be told how to read
 * TypeScript: it does not inherit that in tests.
 */
export function threadEntry(moduleUrl: string): ThreadEntry {
  if (!moduleUrl.endsWith('.ts')) return { filename: new URL('./thread.js', moduleUrl).href, execArgv: [] };
  const api = createRequire(moduleUrl)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const registration = `import { register } from ${JSON.stringify(pathToFileURL(api).href)}; register();`;
  return {
    filename: new URL('./thread.ts', moduleUrl).href,
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(registration)}`],
  };
}
