import { findProgram } from '../../src/programs/find.ts';
import type { FindOptions } from '../../src/programs/recipe.ts';
import { officialDownload } from '../../src/programs/temporal/official-download.ts';
import { mavenProgram } from './maven.ts';

const version = '1.38.0';

/**
 * Answers the path of Temporal's time-skipping test server: `TEMPORAL_TEST_SERVER`, one on the PATH, one kept from last time, the
 * official download, or the Java SDK's own, which needs Java when it runs. Throws as `findProgram` does.
 */
export function temporalTestServer(options: FindOptions = {}): Promise<string> {
  return findProgram(
    {
      name: 'temporal-test-server',
      environmentVariable: 'TEMPORAL_TEST_SERVER',
      pathNames: ['temporal-test-server'],
      // The number counts the forms of the script that starts it.
      cacheKey: `${version}-2`,
      executable: 'temporal-test-server',
      ways: [
        officialDownload('time-skipping server', 'temporal-test-server'),
        mavenProgram({
          artifacts: [
            { groupId: 'io.temporal', artifactId: 'temporal-test-server', version },
            // Without a binding, slf4j writes a warning to stderr at every start.
            { groupId: 'org.slf4j', artifactId: 'slf4j-nop', version: '2.0.16' },
          ],
          mainClass: 'io.temporal.testserver.TestServer',
          output: 'temporal-test-server',
          duration: 'about 10 seconds',
        }),
      ],
    },
    options,
  );
}
