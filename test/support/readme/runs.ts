import { type ReadmeCommand, readmeCommands } from './commands.ts';

/** Why a command is not run by a test, and the part of `.ci/run` that has it instead. */
interface Exception {
  readonly part: string;
  readonly reason: string;
}

/**
 * Who runs each command of README.md and its pages: `unit` is test/unit/cli/readme, `server` is test/cli/readme.test.ts. A test
 * there fails where README has another, or has one of these no more.
 */
export const runs = {
  'npm ci': { part: 'npm ci', reason: 'nothing else runs without it' },
  'npm run demo': { part: 'demo', reason: 'it takes minutes, and checks itself that every scene happens' },
  'npm run demo -- --keep': { part: 'demo', reason: 'the same, which then stays until somebody interrupts it' },
  'npm run demo -- --flux': {
    part: 'demo on real Flux',
    reason: 'as the demo itself; CI plays it with one region',
  },
  'npm run demo -- --gitea': {
    part: 'demo on real Gitea',
    reason: 'as the demo itself; CI plays it with one region',
  },
  'npm run pack -- --out packed': { part: 'packed packages', reason: 'its tests begin with it' },
  'npm test': { part: 'units', reason: 'it is this run' },
  'docker compose up --detach --build --wait': {
    part: 'go test .ci/deployment',
    reason: 'there are images to build; its files are parsed',
  },
  'npm install -g fairlead @fairlead/worker @fairlead/sandbox': {
    part: 'packed packages',
    reason: 'it installs what is packed, not what npm has',
  },
  'fairlead init': { part: 'the tutorial, word for word', reason: 'the tutorial begins with it' },
  'fairlead worker --dev': { part: 'the tutorial, word for word', reason: 'the tutorial goes on with it' },
  'fairlead doctor': {
    part: 'workflows',
    reason: 'test/cli/doctor.test.ts runs it against a server, a forge and clusters',
  },
  'npm run --silent fairlead --': 'unit',
  'fairlead validate': 'unit',
  'fairlead render': 'unit',
  'fairlead diff': 'unit',
  'fairlead environments': 'unit',
  'fairlead history': 'unit',
  'fairlead setup': 'server',
  'fairlead worker': 'server',
  'fairlead promote': 'server',
  'fairlead apply-config': 'server',
  'fairlead status': 'server',
  'fairlead approve': 'server',
  'fairlead rollback': 'server',
  'fairlead resume': 'server',
  'fairlead hold': 'server',
} as const satisfies Readonly<Record<string, 'unit' | 'server' | Exception>>;

type Runs = typeof runs;

/** The names of the commands that one of the two runs. */
export type RunBy<Who extends 'unit' | 'server'> = {
  readonly [Name in keyof Runs]: Runs[Name] extends Who ? Name : never;
}[keyof Runs];

/** The commands of README.md that one of the two runs, each as often as it stands there. */
export function commandsRunBy<Who extends 'unit' | 'server'>(
  who: Who,
): readonly (ReadmeCommand & { readonly name: RunBy<Who> })[] {
  const all: Readonly<Record<string, unknown>> = runs;
  return readmeCommands().filter(
    (command): command is ReadmeCommand & { readonly name: RunBy<Who> } => all[command.name] === who,
  );
}

/** The exceptions, each with its command. */
export const exceptions: readonly (Exception & { readonly name: string })[] = Object.entries(runs).flatMap(
  ([name, who]) => (typeof who === 'string' ? [] : [{ name, ...who }]),
);
