import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { anySequence } from './events/arbitrary.ts';
import type { SequencePlan } from './events/types.ts';
import type { ModelOptions } from './options.ts';
import type { Rig } from './rig/rig.ts';
import { runSequence } from './sequence/run-sequence.ts';

/** Runs the sequences that the options ask for, several at once; answers how many failed. */
export async function runAll(rig: Rig, options: ModelOptions): Promise<number> {
  const begun = Date.now();
  let next = 0;
  let done = 0;
  let failures = 0;
  const paths =
    options.path === undefined
      ? Array.from({ length: options.sequences }, (_, index) => String(index))
      : [options.path];
  const worker = async () => {
    for (let index = next++; index < paths.length && failures < options.mostFailures; index = next++) {
      const path = paths[index] ?? '';
      const plan = planAt(options, path);
      const at = Date.now();
      const failed = await runSequence(rig, plan, `s${index}`);
      done += 1;
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      console.log(
        `${done}/${paths.length} ${seconds}s path ${path}: ${plan.events.length} events, ${Date.now() - at} ms${failed ? ` FAILED ${failed.invariant}` : ''}`,
      );
      if (failed) {
        failures += 1;
        console.log(failed.report);
        console.log(`--seed ${options.seed} --path ${path}: ${failed.invariant}: ${failed.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return failures;
}

function planAt({ seed, mostEvents, plan: file }: ModelOptions, path: string): SequencePlan {
  if (file !== undefined) return JSON.parse(readFileSync(file, 'utf8')) as SequencePlan;
  const [plan] = fc.sample(anySequence(mostEvents), { seed, path, numRuns: 1 });
  if (!plan) throw new Error(`there is no sequence ${path}`);
  return plan;
}
