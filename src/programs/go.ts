import type { ProgramWay } from './recipe.ts';
import { runTool, type Tool } from './run-tool.ts';

/** The Go toolchain. */
export const go: Tool = {
  name: 'go',
  remedy: 'Install Go 1.26 or newer (https://go.dev/doc/install) and put it on the PATH.',
};

/** Builds without debug symbols and machine paths. */
export const small = ['-trimpath', '-ldflags=-s -w'] as const;

/** Runs `go build` on the main package of a module on disk, into an executable called `output`. */
export function goBuild(options: {
  readonly moduleDirectory: string;
  readonly output: string;
  readonly duration: string;
}): ProgramWay {
  return {
    description: `building it with \`go build\` in ${options.moduleDirectory}`,
    duration: options.duration,
    obtain: async (directory, context) => {
      const args = ['build', ...small, '-o', `${directory}/${options.output}`, '.'];
      await runTool(go, args, { cwd: options.moduleDirectory, env: { CGO_ENABLED: '0' }, context });
    },
  };
}
