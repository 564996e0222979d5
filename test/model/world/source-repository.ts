import type { MergePolicy } from '../../../src/platform/types.ts';
import type { EnvironmentPlan, Stages } from '../events/types.ts';
import type { ObjectStore } from '../git/object-store.ts';
import { type ConfigContent, configFiles, type MainContent, mainFiles } from './content.ts';

export type ConfigChange = 0 | 1 | 2 | 'note' | MergePolicy;

interface TimedCommit {
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  /** The time since the sequence's first second. */
  readonly seconds: number;
}

interface Options {
  readonly store: ObjectStore;
  readonly gitops: string;
  readonly stages: Stages;
  readonly plans: ReadonlyMap<string, EnvironmentPlan>;
}

const firstSecond = 1_700_000_000;

/** The source repository of a sequence: main and the config branches, whose histories are lines. */
export class SourceRepository {
  readonly store: ObjectStore;
  /** The commits of main, oldest first. */
  readonly main: string[] = [];
  /** The commits of each config branch, oldest first. */
  readonly config = new Map<string, string[]>();
  readonly #options: Options;
  readonly #contents = new Map<string, ConfigContent>();

  constructor(options: Options) {
    this.store = options.store;
    this.#options = options;
    this.commitMain({ web: 0, api: 0 });
    for (const [environment, { merge }] of options.plans) {
      this.config.set(environment, []);
      this.#commitConfig(environment, { value: 0, merge, number: 0 });
    }
  }

  get head(): string {
    return this.main.at(-1) ?? '';
  }

  configHead(environment: string): string {
    return this.config.get(environment)?.at(-1) ?? '';
  }

  commitMain(content: Omit<MainContent, 'number'>): string {
    const number = this.main.length;
    const { gitops, stages } = this.#options;
    const files = mainFiles(gitops, stages, { ...content, number });
    const words = `Release ${number}: web ${content.web}, api ${content.api}`;
    return this.#commit('main', this.main, { files, message: words, seconds: 10 * number });
  }

  commitConfig(environment: string, change: ConfigChange): string {
    const before = this.#contents.get(environment) ?? { value: 0, merge: 'auto', number: 0 };
    const changed = typeof change === 'number' ? { value: change } : change === 'note' ? {} : { merge: change };
    return this.#commitConfig(environment, { ...before, ...changed, number: before.number + 1 });
  }

  #commitConfig(environment: string, content: ConfigContent): string {
    const plan = this.#options.plans.get(environment);
    const commits = this.config.get(environment);
    if (!plan || !commits) throw new Error(`there is no environment ${environment}`);
    this.#contents.set(environment, content);
    const files = configFiles(environment, plan, content);
    const words = `Config ${content.number} of ${environment}: value ${content.value}, merge ${content.merge}`;
    return this.#commit(environment, commits, { files, message: words, seconds: 10 * commits.length + 5 });
  }

  #commit(branch: string, history: string[], { files, message, seconds }: TimedCommit): string {
    const tree = this.store.writeTree(files);
    const parents = history.slice(-1);
    const sha = this.store.writeCommit({ tree, parents, message, person: 'Ada', seconds: firstSecond + seconds });
    history.push(sha);
    this.store.setRef(`refs/heads/${branch}`, sha);
    return sha;
  }
}
