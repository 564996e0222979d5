import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { type AppOwners, createAppOwners } from './apps/manage.ts';
import type { Grants } from './apps/model.ts';
import { type Fault, Faults } from './faults.ts';
import { createBareRepository } from './git/create.ts';
import { findHttpBackend } from './git/http-backend.ts';
import { listen, stop } from './listen.ts';
import {
  type ForgeState,
  type MergeMethod,
  type Permission,
  type Repository,
  repositoryKey,
  timestamp,
} from './model.ts';
import { createPeople, type People } from './people.ts';
import { ContentCount, type ContentLimits, RateLimit } from './rate-limit.ts';
import { createReportsView, type ReportsView } from './reports/view.ts';
import { highestId, restoreRepository, savedForge } from './saved/saved-forge.ts';
import { answer, type Exchange } from './server.ts';
import type { AtWrite } from './writes.ts';

/** How the stand-in is set up. */
export interface ForgeOptions {
  /** The port to listen on. Default: any free one. */
  readonly port?: number;
  /** The folder of the bare repositories. */
  readonly directory: string;
  /** The token of the bot, which may write. */
  readonly token: string;
  /** The bot's login. Default: `fairlead-bot`. */
  readonly login?: string;
  /** The maintainer who acts on the web pages. Default: `maintainer`, with a token that nobody knows. */
  readonly person?: { readonly login: string; readonly token: string };
  /** The number of calls that a token has in an hour. Default: a million. */
  readonly hourlyLimit?: number;
  /** The limits of what is created. Default: none. */
  readonly contentLimits?: ContentLimits;
  /** The clock. Default: the system's. */
  readonly now?: () => Date;
  /** Is told of every call of the API. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Is told of every call of git: `GET acme/gitops info/refs`. */
  readonly onGitCall?: (call: string) => void;
  /** The milliseconds that every answer takes longer, as on the internet. Default: 0. */
  readonly delayMs?: () => number;
  /** Is asked at every write whether it goes on. Default: all do. */
  readonly atWrite?: AtWrite;
  /** What `save` answered earlier: requests, labels and reports are there again once their repository is. */
  readonly saved?: string;
}

/** How a repository of the stand-in behaves. */
export interface RepositoryOptions {
  /** Default: `main`. */
  readonly defaultBranch?: string;
  /** Default: all three. */
  readonly mergeMethods?: readonly MergeMethod[];
  readonly deleteBranchOnMerge?: boolean;
}

/** The stand-in while it runs, and what people do on it. */
export interface RunningForge extends People, AppOwners, ReportsView {
  /** `http://127.0.0.1:PORT`; repositories are at `/owner/name`. */
  readonly url: string;
  /** As the worker's settings name it: `127.0.0.1:PORT`. */
  readonly host: string;
  /** GitHub Enterprise Server's form: `…/api/v3`. */
  readonly apiUrl: string;
  /** Makes an empty repository. `directory` is the bare repository, `url` what git and `fairlead.yaml` take. */
  createRepository(
    owner: string,
    name: string,
    options?: RepositoryOptions,
  ): Promise<{ readonly url: string; readonly directory: string }>;
  /** Serves a repository that somebody has made: the directory of a bare one, or the `.git` of a checkout. */
  serveRepository(owner: string, name: string, directory: string): void;
  /** Writes down what is on the forge and not in its repositories, without any token. */
  save(): string;
  addTeam(slug: string): void;
  addUser(user: {
    readonly login: string;
    readonly token: string;
    readonly permission: Permission;
    /** What the token may do of that. Default: all. */
    readonly grants?: Grants;
  }): void;
  /** Lets the next calls that match meet trouble. */
  fail(fault: Fault): void;
  clearFaults(): void;
  /** Ends at once, whatever is still being answered. */
  close(): Promise<void>;
}

/** Starts a GitHub on this machine: REST for what Fairlead asks, git over HTTP, pages for people. */
export async function startForge(options: ForgeOptions): Promise<RunningForge> {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const now = options.now ?? (() => new Date());
  const state = await newState(options, now);
  const faults = new Faults();
  const rateLimit = new RateLimit(options.hourlyLimit ?? 1_000_000, now);
  const { onExchange = () => undefined, onGitCall = () => undefined, delayMs = () => 0 } = options;
  const content = options.contentLimits && new ContentCount(options.contentLimits, now);
  const server = { state, faults, rateLimit, content, onExchange, onGitCall, delayMs };
  const http = createServer((request, response) => void answer(server, request, response));
  state.url = await listen(http, options.port ?? 0);
  return {
    url: state.url,
    host: new URL(state.url).host,
    apiUrl: `${state.url}/api/v3`,
    ...createPeople(state),
    ...createAppOwners(state),
    ...createReportsView(state),
    createRepository: (owner, name, wanted = {}) =>
      createRepository(state, join(directory, owner, `${name}.git`), { owner, name, ...wanted }),
    serveRepository: (owner, name, served) => addRepository(state, { owner, name, directory: served }),
    save: () => savedForge(state),
    addTeam: (slug) => void state.teams.push(slug),
    addUser: (user) => void state.users.push({ id: state.nextId(), ...user }),
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    close: () => stop(http),
  };
}

async function newState(options: ForgeOptions, now: () => Date): Promise<ForgeState> {
  // The first ids belong to owners of repositories.
  let lastId = 100 + (options.saved === undefined ? 0 : highestId(options.saved));
  const nextId = () => ++lastId;
  const { login = 'fairlead-bot', token } = options;
  const person = options.person ?? { login: 'maintainer', token: crypto.randomUUID() };
  return {
    url: '',
    gitBackend: await findHttpBackend(),
    users: [
      { id: nextId(), login, token, permission: 'write' },
      { id: nextId(), ...person, permission: 'admin' },
    ],
    apps: [],
    teams: [],
    person: person.login,
    repositories: new Map(),
    saved: options.saved,
    moved: new Map(),
    now,
    nextId,
    atWrite: options.atWrite ?? (() => 'go on'),
  };
}

async function createRepository(
  state: ForgeState,
  directory: string,
  wanted: RepositoryOptions & { readonly owner: string; readonly name: string },
): Promise<{ readonly url: string; readonly directory: string }> {
  await createBareRepository(directory, wanted.defaultBranch ?? 'main');
  addRepository(state, { ...wanted, directory });
  return { url: `${state.url}/${wanted.owner}/${wanted.name}`, directory };
}

/** What is known of a repository when the forge begins to serve it. */
type NewRepository = RepositoryOptions & { readonly owner: string; readonly name: string; readonly directory: string };

function addRepository(state: ForgeState, wanted: NewRepository): void {
  const { owner, name, directory, defaultBranch = 'main', deleteBranchOnMerge = false } = wanted;
  const { mergeMethods = ['merge', 'squash', 'rebase'] } = wanted;
  const repository: Repository = {
    id: state.nextId(),
    owner,
    name,
    directory,
    defaultBranch,
    createdAt: timestamp(state),
    mergeMethods,
    deleteBranchOnMerge,
    labels: [],
    pullRequests: [],
    protections: new Map(),
    rulesets: [],
    turn: Promise.resolve(),
  };
  state.repositories.set(repositoryKey(owner, name), repository);
  restoreRepository(state, repository);
}
