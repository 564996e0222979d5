import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Where a process of ours begins, and the arguments that Node needs to run it. */
export interface EntryModule {
  readonly url: URL;
  readonly execArgv: readonly string[];
}

/**
 * Answers the entry of this name beside the module of this URL. Where the sources run as they are, it must be told how to read
 * TypeScript: it does not inherit that in tests.
 */
export function entryModule(name: string, moduleUrl: string): EntryModule {
  if (!moduleUrl.endsWith('.ts')) return { url: new URL(`./${name}.js`, moduleUrl), execArgv: [] };
  const api = createRequire(moduleUrl)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const registration = `import { register } from ${JSON.stringify(pathToFileURL(api).href)}; register();`;
  return {
    url: new URL(`./${name}.ts`, moduleUrl),
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(registration)}`],
  };
}
