/** How a program that Fairlead starts, but does not ship, comes onto this machine. */
export interface ProgramRecipe {
  /** The name in messages, and of the folder in the cache, such as `temporal`. */
  readonly name: string;
  /** The variable that names an executable; where it is set, that is used and nothing else is tried. */
  readonly environmentVariable?: string;
  /** Finds it in a package that was installed with Fairlead; undefined: there is none. A throw ends the search. */
  readonly packaged?: () => Promise<string | undefined>;
  /** The names that are looked for on the PATH, in this order. */
  readonly pathNames?: readonly string[];
  /** The version or hash of the sources: what is cached under another key is never used. */
  readonly cacheKey: string;
  /** The executable, relative to the directory that a way fills. */
  readonly executable: string;
  /** The ways to make it, tried in this order, each into an empty directory; the first that succeeds is kept. */
  readonly ways: readonly ProgramWay[];
  /** Where there is no way: how people get it, as a sentence. */
  readonly withoutWays?: string;
}

/** One way to get a program when it is not here yet. */
export interface ProgramWay {
  /** What is done, for people: `building it with go install github.com/…@v1.5.1`. */
  readonly description: string;
  /** Why it may take long: `compiles about 900 packages once, 2 to 3 minutes`. */
  readonly duration: string;
  /** Puts the program below `directory`; a throw means that this way does not work here. */
  obtain(directory: string, context: WayContext): Promise<void>;
}

/** The environment in which a way makes a program, and the signal that ends it. */
export interface WayContext {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Is told how far it is, in a line. */
  readonly progress?: (line: string) => void;
}

/** How a program is looked for. */
export interface FindOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** False: what is not here is a failure. Default: it is made. */
  readonly mayMake?: boolean;
  /** Is told one line of progress. Default: standard error, because standard output may be a command's result. */
  readonly progress?: (line: string) => void;
}
