import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** All but one, which stays with the others: a commit that travels from dev to prod. */
const promotions = 'test/promotions/**/!(whole-promotion).test.ts';

/** Workers and Temporal that are lost; `npm run test:crash` is the whole of it. */
const crash = 'test/crash/**/*.test.ts';

/** Workflows alone and where several meet, and commands: minutes, too, `npm run test:workflows`. */
const workflows = [
  'test/workflows/**/*.test.ts',
  'test/concurrency/**/*.test.ts',
  'test/attacks/message/**/*.test.ts',
  'test/cli/*.test.ts',
];

/** What was tried against Fairlead, by kind: test/attacks/README.md. Those of whole promotions need Temporal. */
const attacks = {
  units: ['renderer', 'git', 'forge', 'record'].map((kind) => `test/attacks/${kind}/**/*.test.ts`),
  promotions: ['test/attacks/promotions/**/*.test.ts', 'test/attacks/secrets/**/*.test.ts'],
};

const withTemporal = {
  globalSetup: ['test/global-setup.ts'],
  setupFiles: ['test/support/temporal-runtime.ts'],
  testTimeout: 240_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    pool: 'forks',
    // Most of the time is spent waiting for processes and servers: two at a time also on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Vitest's own second is not enough for a process on a machine that is busy.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', ...attacks.units],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Whole promotions in trouble and where changes meet: minutes on their own, `npm run test:promotions`.
        extends: true,
        test: {
          name: 'promotions',
          include: [promotions, crash, ...attacks.promotions],
          ...withTemporal,
          setupFiles: [...withTemporal.setupFiles, 'test/promotions/support/small-process.ts'],
        },
      },
      {
        extends: true,
        test: {
          // Real Kubernetes and Flux, which are built first: minutes, `npm run test:flux`. Scenes wait most of their time.
          name: 'flux',
          include: ['test/flux/**/*.test.ts'],
          maxConcurrency: 24,
          testTimeout: 480_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        // Temporal on PostgreSQL, dumped and restored: needs PostgreSQL, `npm run test:backup`. Not in CI.
        extends: true,
        test: {
          name: 'backup',
          include: ['test/backup/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        // A real Gitea, which is built first: minutes, `npm run test:forge`.
        extends: true,
        test: {
          name: 'forge',
          include: ['test/gitea/**/*.test.ts'],
          ...withTemporal,
          globalSetup: [...withTemporal.globalSetup, 'test/gitea/global-setup.ts'],
          setupFiles: [...withTemporal.setupFiles, 'test/promotions/support/small-process.ts'],
        },
      },
      {
        // The published packages, packed, installed and called: needs npm's registry, `npm run test:packed`.
        extends: true,
        test: {
          name: 'packed',
          include: ['test/packed/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'workflows',
          include: workflows,
          ...withTemporal,
        },
      },
      {
        // Replays what releases have recorded; needs no server, `npm run test:histories`.
        extends: true,
        test: {
          name: 'histories',
          include: ['test/histories/**/*.test.ts'],
          setupFiles: ['test/support/temporal-runtime.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // docs/tutorial.md, word for word: a minute or two, `npm run test:tutorial`. Port 7480 of this machine must be free.
        extends: true,
        test: {
          name: 'tutorial',
          include: ['test/tutorial/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        // Everything together, once: a server, a worker, the renderer. Its set-up runs only when one of these files does.
        extends: true,
        test: {
          name: 'temporal',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/unit/**',
            'test/flux/**',
            'test/gitea/**',
            'test/backup/**',
            'test/histories/**',
            'test/packed/**',
            'test/attacks/**',
            'test/tutorial/**',
            promotions,
            crash,
            ...workflows,
            '**/node_modules/**',
          ],
          ...withTemporal,
        },
      },
    ],
  },
});
