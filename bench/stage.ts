import { bundleSmall } from '../src/worker/bundle.ts';
import { costOfStage } from './stage/workflow.ts';
import { machine } from './support/report.ts';

/*
 * Says what a promotion of one stage with many environments takes of the thread in which all workflows of a worker run, in
 * processor time: without a server, as a worker does where it carries the promotion on from its history. `npm run bench:stage`.
 */

const ignore = (): void => undefined;
const quiet = {
  ...{ log: ignore, trace: ignore, debug: ignore, info: ignore },
  warn: console.warn,
  error: console.error,
};
const { pathname } = new URL('../src/workflows/index.ts', import.meta.url);
const code = await bundleSmall(pathname, quiet);
console.log(`${machine()}\n`);
console.log('| environments of one stage | all tasks | the longest | for each environment |\n|---|---|---|---|');
for (const count of [50, 100, 200, 300, 600]) {
  const names = Array.from({ length: count }, (_, index) => `environment-${index}`);
  const { whole, longest } = await costOfStage(code, names);
  console.log(`| ${count} | ${seconds(whole)} | ${seconds(longest)} | ${(whole / count).toFixed(1)} ms |`);
}
process.exit(0);

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
