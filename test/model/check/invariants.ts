import type { OpenOrder } from '../../../src/activities/pull-request/contract.ts';
import type { RenderOrder } from '../../../src/activities/render/contract.ts';
import { shortSha } from '../../../src/short-names.ts';
import type { RequestView } from '../memory-request.ts';
import { type DeployedPair, deployedIn, placesIn, provenanceOf } from '../oracle/deployed.ts';
import { noteLines } from '../oracle/record-lines.ts';
import type { Renders } from '../oracle/renders.ts';
import type { StepCall } from '../rig/steps-of-all.ts';
import type { Journal } from '../sequence/journal.ts';
import type { World } from '../world/world.ts';
import { checkDirection, checkFolders, type Origin, pairWords } from './branch-history.ts';
import { HealthRecord } from './health-record.ts';
import { bot, checkRequests } from './requests.ts';
import { RevertAnswers } from './revert-answers.ts';
import { Violation } from './violation.ts';

/** Checks what must hold at every moment, and keeps the first violation. */
export class Invariants {
  violation: unknown;
  /** The commits by which a person took something back on an environment's branch, and when. */
  readonly reverts = new Map<string, number>();
  /** The object ids of our files' contents that a person wrote. */
  readonly handMade = new Set<string>();
  readonly #recordedReasons = new Set<string>();
  #reasons = 0;
  readonly #world: World;
  readonly #renders: Renders;
  readonly #journal: Journal;
  /** The commit up to which the branch of each environment has been looked at. */
  readonly #seen = new Map<string, string>();
  readonly #refs = new Map<string, string>();
  readonly #deployed = new Map<string, DeployedPair & { readonly head: string }>();
  /** The config of each environment that a person's merge has taken back. */
  readonly #owed = new Map<string, string>();
  readonly #health: HealthRecord;
  readonly #answers: RevertAnswers;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: World, renders: Renders, journal: Journal) {
    this.#world = world;
    this.#renders = renders;
    this.#journal = journal;
    this.#health = new HealthRecord(world, renders);
    this.#answers = new RevertAnswers(world, this.reverts);
  }

  /** Makes a reason that no other rollback has: by it the request says whether config may go back. */
  reasonFor(config: 'today' | 'recorded'): string {
    this.#reasons += 1;
    const reason = `fault ${this.#reasons}.`;
    if (config === 'recorded') this.#recordedReasons.add(reason);
    return reason;
  }

  /** Lets a person take something back while nobody looks at half of it. */
  async reverting(revert: () => Promise<string>): Promise<string> {
    const done = this.#turn.then(revert).then((commit) => {
      this.reverts.set(commit, Date.now());
      return commit;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Throws the first violation, if there was one. */
  raise(): void {
    if (this.violation !== undefined) throw this.violation;
  }

  /** Checks invariant 3 at the moment at which a promotion begins to work in an environment. */
  beforeStep({ name, order }: StepCall): void {
    if (name !== 'renderEnvironment' && name !== 'openPullRequest') return;
    const { operation, environment, ...carried } = order as RenderOrder | OpenOrder;
    const { main } = 'revision' in carried ? carried.revision : carried;
    if (operation !== 'promotion' || main === undefined) return;
    this.#catching(() => this.#earlierStagesDone(environment, main, 'is worked on'));
  }

  /** Checks after a step that may have changed the forge or the record. */
  async afterStep({ name }: StepCall): Promise<void> {
    if (['readEnvironment', 'readPlatform', 'readConfig', 'requestReconciliation'].includes(name)) return;
    await this.check();
  }

  /** Looks at everything; never throws. */
  check(): Promise<void> {
    const turn = this.#turn.then(() => this.#catchingAll(() => this.#checkAll()));
    this.#turn = turn;
    return turn;
  }

  async #checkAll(): Promise<void> {
    if (this.violation !== undefined) return;
    checkRequests(this.#world, await this.#world.forge.requests());
    for (const environment of this.#world.environments) {
      if (!this.#hasMoved(environment)) continue;
      await this.#checkBranch(environment);
      await this.#checkDeployed(environment);
      await this.#health.check(environment);
    }
  }

  /** Says whether an environment's refs have moved since it was asked last: most steps move nothing. */
  #hasMoved(environment: string): boolean {
    const { gitops } = this.#world;
    const refs = [`refs/heads/${environment}`, `refs/notes/fairlead/${environment}`].map((name) => gitops.ref(name));
    const now = refs.join(' ');
    if (this.#refs.get(environment) === now) return false;
    this.#refs.set(environment, now);
    return true;
  }

  /** Checks every commit that has come to the branch since the last look, oldest first. */
  async #checkBranch(environment: string): Promise<void> {
    const { gitops } = this.#world;
    const head = gitops.ref(`refs/heads/${environment}`) ?? '';
    const seen = this.#seen.get(environment);
    const news = [...gitops.firstParents(head, (sha) => sha === seen)].reverse();
    for (const commit of news) {
      const [parent] = gitops.commit(commit).parents;
      const request = await this.#requestOf(environment, commit);
      if (parent !== undefined && request) this.#noteMixtures(request, parent, commit);
      const truth = { world: this.#world, renders: this.#renders, handMade: this.handMade };
      await checkFolders(truth, environment, commit);
      if (parent !== undefined) this.#checkChange(environment, { parent, commit }, this.#originOf(commit, request));
    }
    this.#seen.set(environment, head);
  }

  /** Notes files that the forge mixes: a request is merged over an edit by hand that it does not know of. */
  #noteMixtures({ head }: RequestView, parent: string, commit: string): void {
    const { gitops } = this.#world;
    if (gitops.commit(head.sha).parents[0] === parent) return;
    const now = gitops.files(commit);
    for (const [path, { oid }] of gitops.files(parent)) {
      const mixture = this.handMade.has(oid) && now.get(path)?.oid;
      if (mixture) this.handMade.add(mixture);
    }
  }

  #checkChange(environment: string, { parent, commit }: Record<'parent' | 'commit', string>, origin: Origin): void {
    const { gitops } = this.#world;
    const [before, after] = [provenanceOf(gitops, parent), provenanceOf(gitops, commit)];
    this.#journal.add(
      `  ${environment} is at ${shortSha(commit)} by ${origin.branch ?? 'a push'}: ${after ? pairWords(this.#world, after, environment) : 'nothing of ours'}`,
    );
    if (before && !after) throw new Violation('1 folders equal the render', `${shortSha(commit)} has no provenance`);
    if (!after) return;
    if (origin.branch?.startsWith('deploy/') && before?.main !== after.main)
      this.#earlierStagesDone(environment, after.main, 'was merged');
    if (!before) return;
    this.#answers.note(environment, { parent, before, after }, origin);
    checkDirection(this.#world, environment, { before, after, commit, origin });
  }

  /**
   * Finds the request that brought a commit. Merged by rebasing, one to which somebody has pushed is more than one
   * commit.
   */
  async #requestOf(environment: string, commit: string): Promise<RequestView | undefined> {
    const { forge, gitops } = this.#world;
    return (await forge.requests()).find(
      ({ base, baseSha, mergeCommit }) =>
        base === environment &&
        mergeCommit !== undefined &&
        [...gitops.firstParents(mergeCommit, (sha) => sha === baseSha)].includes(commit),
    );
  }

  #originOf(commit: string, request: RequestView | undefined): Origin {
    const configMayGoBack = [...this.#recordedReasons].some((reason) => request?.body.includes(reason));
    const merged = request && { branch: request.head.branch, by: request.endedBy };
    return { ...merged, isRevert: this.reverts.has(commit), configMayGoBack };
  }

  /** Checks invariant 2 for what is deployed by the record, which may be later than what the branch says. */
  async #checkDeployed(environment: string): Promise<void> {
    const { gitops, source } = this.#world;
    const head = gitops.ref(`refs/heads/${environment}`) ?? '';
    const now = await deployedIn({ source: source.store, gitops }, environment, this.#renders);
    const before = this.#deployed.get(environment);
    if (!now) return;
    this.#deployed.set(environment, { ...now, head });
    if (!before || (before.main === now.main && before.config === now.config)) return;
    const words = `${environment} goes from ${pairWords(this.#world, before, environment)} to ${pairWords(this.#world, now, environment)}`;
    this.#journal.add(`  deployed in ${words}`);
    const since = [...gitops.firstParents(head, (sha) => sha === before.head)];
    const origins = await Promise.all(
      since.map(async (commit) => this.#originOf(commit, await this.#requestOf(environment, commit))),
    );
    if (origins.some(({ isRevert, branch }) => isRevert || branch?.startsWith('rollback/'))) return;
    const main = placesIn(source.store, 'main');
    const config = placesIn(source.store, environment);
    if ((main.get(now.main) ?? -1) < (main.get(before.main) ?? -1))
      throw new Violation('2 main does not go back', `by the record, ${words}`);
    if ((config.get(now.config) ?? -1) >= (config.get(before.config) ?? -1)) return;
    // A record moves no branch: a person is faster now and then, and it must come back.
    if (!origins.some(({ branch, by }) => branch !== undefined && by !== bot))
      throw new Violation('2 config does not go back', `by the record, ${words}`);
    this.#owed.set(environment, before.config);
  }

  /** Checks at rest that who merged over a revert by hand had an answer of the lane. */
  checkAnswers(): void {
    this.#answers.check();
  }

  /** Checks after people saw everything through. */
  checkOwed(): void {
    for (const [environment, config] of this.#owed) {
      const places = placesIn(this.#world.source.store, environment);
      const deployed = this.#deployed.get(environment)?.config ?? '';
      if ((places.get(deployed) ?? -1) >= (places.get(config) ?? -1)) continue;
      const words = `config ${shortSha(config)} of ${environment} was recorded, and taken back by a merge`;
      throw new Violation('2 config does not go back', `${words}; ${shortSha(deployed)} is deployed in the end`);
    }
  }

  #earlierStagesDone(environment: string, main: string, what: string): void {
    const { plan, gitops, source } = this.#world;
    const before = plan.stages.slice(0, this.#world.stageOf(environment)).flat();
    for (const earlier of before) {
      const isDone = noteLines(gitops, earlier).some(
        (line) => line.main === main && ['promoted', 'accepted'].includes(line.event),
      );
      if (isDone) continue;
      throw new Violation(
        '3 stages in order',
        `main ${source.main.indexOf(main)} ${what} in ${environment}, but was never recorded healthy or accepted in ${earlier}`,
      );
    }
  }

  #catching(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#keep(error);
    }
  }

  async #catchingAll(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#keep(error);
    }
  }

  #keep(error: unknown): void {
    if (this.violation !== undefined) return;
    this.violation = error;
    this.#journal.add(`!! ${error instanceof Error ? error.message : String(error)}`);
  }
}
