import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramWay } from '../../src/programs/recipe.ts';
import { runTool, type Tool } from '../../src/programs/run-tool.ts';

const maven: Tool = { name: 'mvn', remedy: 'Install Apache Maven and a Java runtime, and put both on the PATH.' };

export interface MavenArtifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** Fetches a Java program and all it depends on below `lib/`; an executable script called `output` starts it. */
export function mavenProgram(options: {
  readonly artifacts: readonly MavenArtifact[];
  readonly mainClass: string;
  readonly output: string;
  readonly duration: string;
}): ProgramWay {
  const names = options.artifacts.map((one) => `${one.groupId}:${one.artifactId}:${one.version}`);
  return {
    description: `fetching ${names.join(', ')} with Maven`,
    duration: options.duration,
    obtain: async (directory, context) => {
      const lib = join(directory, 'lib');
      await mkdir(lib);
      await writeFile(join(directory, 'pom.xml'), pom(options.artifacts));
      const copy = ['-B', '-q', 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`, '-DincludeScope=runtime'];
      await runTool(maven, copy, { cwd: directory, context });
      const script = join(directory, options.output);
      await writeFile(script, launcher(options.mainClass));
      await chmod(script, 0o755);
    },
  };
}

function pom(artifacts: readonly MavenArtifact[]): string {
  const dependencies = artifacts.map(
    (one) =>
      `<dependency><groupId>${one.groupId}</groupId><artifactId>${one.artifactId}</artifactId><version>${one.version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>dev.fairlead</groupId><artifactId>program</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('')}</dependencies></project>
`;
}

/** Options with which a program that lives for seconds starts a third sooner: it is not compiled twice, and needs one collector. */
const quickStart = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

function launcher(mainClass: string): string {
  return `#!/bin/sh\nexec java ${quickStart} -cp "$(dirname "$0")/lib/*" ${mainClass} "$@"\n`;
}
