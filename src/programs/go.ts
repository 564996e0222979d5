import type { ProgramWay } from './recipe.ts';
import { runTool, type Tool } from './run-tool.ts';

const go: Tool = {
  name: 'go',
  remedy: 'Install Go 1.26 or newer (https://go.dev/doc/install) and put it on the PATH.',
};

/** Without debug symbols and machine paths. */
const small = ['-trimpath', '-ldflags=-s -w'] as const;

/** `go install <package>@<version>`: the executable has the last element of the package's path as its name. */
export function goInstall(options: {
  readonly package: string;
  readonly version: string;
  readonly duration: string;
}): ProgramWay {
  const what = `${options.package}@${options.version}`;
  return {
    description: `building it with \`go install ${what}\``,
    duration: options.duration,
    obtain: async (directory, context) => {
      const env = { GOBIN: directory, CGO_ENABLED: '0' };
      await runTool(go, ['install', ...small, what], { cwd: directory, env, context });
    },
  };
}

/** `go build` of the main package in a module on disk, into an executable called `output`. */
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
