import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { anySequence } from './events/arbitrary.ts';
import type { SequencePlan } from './events/types.ts';
import { eventWords } from './events/words.ts';
import type { ModelOptions } from './options.ts';
import { Replayer } from './rig/replayer.ts';
import type { Rig } from './rig/rig.ts';
import { report } from './sequence/report.ts';
import { type Failed, runSequence } from './sequence/run-sequence.ts';
import { shrink } from './shrink.ts';

/** The number of sequences after which the server is a new one. */
const epoch = 200;

/** Every so many sequences that held are told of once: what failed must not drown. */
const sayEvery = 10;

/** Runs the sequences that the options ask for, several at once; answers how many failed. */
export async function runAll(rig: Rig, options: ModelOptions): Promise<number> {
  const run = new Run(rig, options);
  const { sequences, path, seed, mostEvents } = options;
  printLine(
    `--sequences ${sequences} --seed ${seed} --events ${mostEvents}${path === undefined ? '' : ` --path ${path}`}`,
  );
  const paths = path === undefined ? Array.from({ length: sequences }, (_, index) => String(index)) : [path];
  for (let from = 0; from < paths.length && !run.isOver; from += epoch) {
    if (from > 0) await rig.renew();
    await run.runPaths(paths.slice(from, from + epoch), paths.length);
  }
  run.end();
  return run.failures.length;
}

class Run {
  readonly failures: string[] = [];
  readonly #rig: Rig;
  readonly #options: ModelOptions;
  readonly #replayer: Replayer;
  readonly #begun = Date.now();
  readonly #seen = new Set<string>();
  #done = 0;

  constructor(rig: Rig, options: ModelOptions) {
    this.#rig = rig;
    this.#options = options;
    this.#replayer = new Replayer(rig.directory, rig.workflowBundle);
  }

  get isOver(): boolean {
    return this.failures.length >= this.#options.mostFailures;
  }

  async runPaths(paths: readonly string[], all: number): Promise<void> {
    const left = [...paths];
    const failed: { readonly path: string; readonly result: Failed }[] = [];
    const next = async (): Promise<void> => {
      for (let path = left.shift(); path !== undefined && !this.isOver; path = left.shift()) {
        const result = await this.#runPath(path, all);
        if (!result) continue;
        failed.push({ path, result });
        this.failures.push(`--seed ${this.#options.seed} --path ${path}: ${result.invariant}`);
      }
    };
    await Promise.all(Array.from({ length: this.#options.concurrency }, next));
    await this.#replayer.finish(this.#rig.address);
    this.#sayProblems();
    // Alone on the machine, and once for each kind: the rest is likely the same.
    for (const { path, result } of failed) await this.#explain(path, result);
  }

  end(): void {
    this.#replayer.close();
    this.failures.push(...this.#rig.coverage.missing(this.#done).map((what) => `never happened: ${what}`));
    const seconds = Math.round((Date.now() - this.#begun) / 1000);
    const { seed } = this.#options;
    printLine(this.#rig.coverage.lines.join('\n'));
    printLine(`${this.#done} sequences of seed ${seed} in ${seconds} s, ${this.#replayer.replayed} histories replayed`);
    printLine(this.failures.length === 0 ? 'Everything held.' : `FAILED:\n${this.failures.join('\n')}`);
  }

  async #runPath(path: string, all: number): Promise<Failed | undefined> {
    const { journal, replay } = this.#options;
    const begun = Date.now();
    const plan = planAt(this.#options, path);
    const name = `s${path.replaceAll(':', '-')}`;
    const result = await runSequence(this.#rig, { plan, name }, async (sequence) => {
      if (journal) printLine(await report(sequence));
      if (replay) await this.#replayer.take(this.#rig.client, this.#rig.address, sequence.world);
    });
    this.#done += 1;
    const seconds = Math.round((Date.now() - this.#begun) / 1000);
    const took = ((Date.now() - begun) / 1000).toFixed(1);
    const words = result ? `FAILED ${result.invariant}` : 'held';
    if (result || this.#done % sayEvery === 0 || this.#done === all)
      printLine(`${this.#done}/${all} ${seconds} s: path ${path}, ${plan.events.length} events, ${took} s: ${words}`);
    this.#sayProblems();
    return result;
  }

  #sayProblems(): void {
    for (const problem of this.#replayer.problems()) {
      printLine(problem);
      this.failures.push(`replay: ${problem.slice(0, 300)}`);
    }
  }

  async #explain(path: string, failed: Failed): Promise<void> {
    const { seed, shrinkMs } = this.#options;
    const isNew = !this.#seen.has(failed.invariant);
    this.#seen.add(failed.invariant);
    printLine(`\n=== --seed ${seed} --path ${path}: ${failed.invariant}\n${failed.message}`);
    if (shrinkMs > 0 && isNew) {
      const shrunk = await shrink(this.#rig, this.#options, { path, failed });
      if (shrunk) {
        const { plan, tried } = shrunk;
        printLine(`=== the smallest of ${tried} that fail like this: --seed ${seed} --path ${shrunk.path}`);
        printLine(plan.events.map(eventWords).join('\n'));
        printLine(`${shrunk.failed.message}\n${shrunk.failed.report}\nPlan: ${JSON.stringify(plan)}`);
        return;
      }
      printLine('=== it did not fail again; this is how it did:');
    }
    printLine(failed.report);
  }
}

function planAt({ seed, mostEvents, plan: file }: ModelOptions, path: string): SequencePlan {
  if (file !== undefined) return JSON.parse(readFileSync(file, 'utf8')) as SequencePlan;
  const [plan] = fc.sample(anySequence(mostEvents), { seed, path, numRuns: 1 });
  if (!plan) throw new Error(`there is no sequence ${path}`);
  return plan;
}

function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}
