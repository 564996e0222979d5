import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { temporalTestServer } from './temporal-test-server.ts';

// `npm run build:servers`: finds or makes Temporal's servers, so that nothing waits for them later.
for (const path of await Promise.all([temporalDevServer(), temporalTestServer()])) console.log(path);
