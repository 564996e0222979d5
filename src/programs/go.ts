import type { ProgramWay } from './recipe.ts';
import { runTool, type Tool } from './run-tool.ts';

/** The Go toolchain. */
export const go: Tool = {
  name: 'go',
  remedy: 'Install Go 1.26 or newer (https://go.dev/doc/install) and put it on the PATH.',
};

/** Builds without debug symbols and machine paths. */
export const small = ['-trimpath', '-ldflags=-s -w'] as const;

/** What a program is compiled for, and what its file is called. */
export interface CompiledProgram {
  /** The system, as Go names it. Default: this one. */
  readonly target?: { readonly os: string; readonly architecture: string };
  /** Default: the name of the program. */
  readonly output?: string;
}

/** Runs `go build` on the main package of a module on disk, into an executable called `output`. */
export function goBuild(options: {
  readonly moduleDirectory: string;
  /** The main package, from the module's directory. Default: the module's own. */
  readonly package?: string;
  readonly output: string;
  readonly duration: string;
  /** The values of string variables of packages, as `<package>.<name>`, that are linked in. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly target?: CompiledProgram['target'];
}): ProgramWay {
  const linked = Object.entries(options.variables ?? {}).map(([name, value]) => ` -X ${name}=${value}`);
  return {
    description: `building it with \`go build\` in ${options.moduleDirectory}`,
    duration: options.duration,
    obtain: async (directory, context) => {
      const [trimmed, linker] = small;
      const args = [
        'build',
        trimmed,
        `${linker}${linked.join('')}`,
        '-o',
        `${directory}/${options.output}`,
        options.package ?? '.',
      ];
      const { target } = options;
      const env = { CGO_ENABLED: '0', ...(target && { GOOS: target.os, GOARCH: target.architecture }) };
      await runTool(go, args, { cwd: options.moduleDirectory, env, context });
    },
  };
}
