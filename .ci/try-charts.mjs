// Tries the charts of Helm's own tests, and of programs that people run, from Go modules: `node .ci/try-charts.mjs`. Each is
// served by a registry on this machine, fetched by `fairlead vendor`, and rendered with its default values.
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Modules with charts, and the folder of each. */
const modules = [
  ['sigs.k8s.io/kwok@v0.8.0', 'charts'],
  ['sigs.k8s.io/metrics-server@v0.9.0', 'charts'],
  ['sigs.k8s.io/descheduler@v0.36.0', 'charts'],
  ['sigs.k8s.io/kueue@v0.17.0', 'charts'],
  ['sigs.k8s.io/node-feature-discovery@v0.18.3', 'deployment/helm'],
  ['github.com/open-policy-agent/gatekeeper/v3@v3.23.1', 'charts'],
  ['github.com/external-secrets/external-secrets@v1.3.2', 'deploy/charts'],
];
/** How many of the charts rendered when this was last changed. */
const least = 25;

/** Runs go, outside of any module so that nothing is added to a go.mod, and answers what it prints. */
function go(directory, ...words) {
  return execFileSync('go', words, { cwd: directory, encoding: 'utf8', env: { ...process.env, GOFLAGS: '' } });
}

const helm = go('renderer', 'list', '-m', '-f', '{{.Dir}}', 'helm.sh/helm/v4').trim();
const folders = modules.map(([module, folder]) =>
  join(JSON.parse(go(tmpdir(), 'mod', 'download', '-json', module)).Dir, folder),
);
const words = ['run', '--silent', 'docs:charts', '--', '--least', String(least), join(helm, 'pkg'), ...folders];
process.exitCode = spawnSync('npm', words, { stdio: 'inherit' }).status ?? 1;
