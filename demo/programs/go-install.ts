import { go, small } from '../../src/programs/go.ts';
import type { ProgramWay } from '../../src/programs/recipe.ts';
import { runTool } from '../../src/programs/run-tool.ts';

/**
 * Builds with `go install <package>@<version>`; the executable is called after the last element of the package's path.
 */
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
