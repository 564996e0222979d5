import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from '../../../src/settings/settings.ts';
import { temporaryDirectory } from '../../support/git.ts';

const page = readFileSync(new URL('../../../docs/ci.md', import.meta.url), 'utf8');
const { path: directory, remove } = temporaryDirectory('ci-docs');
afterAll(remove);

/** The YAML blocks of a section. */
function blocksOf(heading: string): readonly unknown[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => parse(text, { strict: true }));
}

/** Runs the commands of a job as its runner does, with programs that only say how they are called. */
async function called(lines: readonly string[], codes: Readonly<Record<string, number>> = {}) {
  for (const program of ['npm', 'git', 'fairlead']) {
    const code = codes[program] ?? 0;
    writeFileSync(
      join(directory, program),
      `#!/bin/sh\necho ${program} "$@"\ncase "$1" in diff) exit ${code};; esac\n`,
    );
    chmodSync(join(directory, program), 0o755);
  }
  const env = { PATH: `${directory}:${process.env.PATH}`, AGENT_TEMPDIRECTORY: directory };
  const { stdout, exitCode } = await execa('bash', ['-c', lines.join('\n')], { env, extendEnv: false, reject: false });
  return { calls: stdout.split('\n').filter((line) => line.startsWith('fairlead')), code: exitCode };
}

interface GitlabJob {
  readonly script: readonly string[];
  readonly rules: readonly { readonly if: string }[];
}
interface AzureStep {
  readonly script?: string;
  readonly task?: string;
  readonly checkout?: string;
  readonly displayName?: string;
  readonly condition?: string;
}

describe('docs/ci.md, GitLab', () => {
  const [pipeline, settings] = blocksOf('GitLab') as [Readonly<Record<string, GitlabJob>>, object];
  const keywords = ['image', 'variables', 'workflow', 'default'];
  const jobs = Object.entries(pipeline).filter(([name]) => !keywords.includes(name));
  /** GitLab ends a job at the first line that fails. */
  const run = (job: GitlabJob | undefined, diff = 0) => called(['set -e', ...(job?.script ?? [])], { fairlead: diff });

  it('has a job for each event, with rules of its own', () => {
    expect(jobs.map(([name]) => name)).toEqual(['promote', 'apply-config', 'check']);
    for (const [, { rules }] of jobs)
      expect(rules.map((rule) => rule.if)).toEqual([expect.stringContaining('$CI_PIPELINE_SOURCE ==')]);
  });

  it('calls the commands, and takes differences for no failure', async () => {
    expect(await run(pipeline.promote)).toEqual({ calls: ['fairlead promote'], code: 0 });
    expect(await run(pipeline['apply-config'])).toEqual({ calls: ['fairlead apply-config'], code: 0 });
    const check = ['fairlead validate --strict --render', 'fairlead diff --summary differences.md'];
    expect(await run(pipeline.check, 6)).toEqual({ calls: check, code: 0 });
    expect((await run(pipeline.check, 3)).code).not.toBe(0);
  });

  it('has settings that Fairlead takes', () => {
    const parsed = parseSettings(JSON.stringify(settings), join(directory, 'worker.yaml'), {});
    expect(parsed.gitCredentials.map(({ host }) => host).sort()).toEqual(['github.com', 'gitlab.example.com']);
  });
});

describe('docs/ci.md, Azure Pipelines', () => {
  const [pipeline] = blocksOf('Azure Pipelines') as [{ readonly steps: readonly AzureStep[] }];
  const stepOf = (name: string) => pipeline.steps.find(({ displayName }) => displayName === name);
  const run = (name: string, diff = 0) => called([stepOf(name)?.script ?? 'false'], { fairlead: diff });

  it('has steps that are one thing each, and of which one alone runs for an event', () => {
    for (const { script, task, checkout } of pipeline.steps)
      expect([script, task, checkout].filter(Boolean)).toHaveLength(1);
    const conditions = ['Promote', 'Apply config', 'Check'].map((name) => stepOf(name)?.condition);
    const reason = "variables['Build.Reason'], 'PullRequest')";
    const branch = "variables['Build.SourceBranch'], 'refs/heads/main')";
    expect(conditions).toEqual([
      `and(succeeded(), ne(${reason}, eq(${branch})`,
      `and(succeeded(), ne(${reason}, ne(${branch})`,
      `and(succeeded(), eq(${reason})`,
    ]);
  });

  it('calls the commands, and takes differences for no failure', async () => {
    const summary = `--summary ${directory}/fairlead.md`;
    expect(await run('Promote')).toEqual({ calls: [`fairlead promote ${summary}`], code: 0 });
    expect(await run('Apply config')).toEqual({ calls: [`fairlead apply-config ${summary}`], code: 0 });
    const check = ['fairlead validate --strict --render', `fairlead diff ${summary}`];
    expect(await run('Check', 6)).toEqual({ calls: check, code: 0 });
    expect((await run('Check', 2)).code).not.toBe(0);
  });
});
