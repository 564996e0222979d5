import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * What a CI job does for one environment, without rendering and without anything that Fairlead is for: no
 * approval, no proof, no second try. Its machine is up already, and both repositories are small.
 */
const job = `
git clone --quiet "$SOURCE" source
git -C source checkout --quiet --detach "$COMMIT"
git clone --quiet --single-branch --branch dev "$SOURCE" config
git clone --quiet --single-branch --branch script "$GITOPS" gitops
mkdir -p gitops/west-us/apps/shop
cp source/apps/shop/map.yaml gitops/west-us/apps/shop/shop.yaml
cd gitops
git switch --quiet --create "job/$COMMIT"
git add --all
git -c user.name=job -c user.email=job@example.org commit --quiet --message "Deploy $COMMIT"
git push --quiet origin "job/$COMMIT"
rest() { curl --silent --show-error --fail --header "Authorization: Bearer $TOKEN" "$@"; }
request=$(rest --data "{\\"title\\":\\"Deploy\\",\\"head\\":\\"job/$COMMIT\\",\\"base\\":\\"script\\"}" "$API/pulls")
number=$(printf %s "$request" | grep -o '"number": *[0-9]*' | head -n 1 | grep -o '[0-9]*')
rest --request PUT --data '{"merge_method":"merge"}' "$API/pulls/$number/merge" > merged
grep -q '"merged": *true' merged
`;

export interface JobInputs {
  readonly directory: string;
  readonly source: string;
  readonly gitops: string;
  /** The address of the GitOps repository in the forge's API. */
  readonly api: string;
  readonly token: string;
  readonly commit: string;
}

/** Runs the job in a new directory, and answers how long it took, in milliseconds. */
export async function runJob({ directory, source, gitops, api, token, commit }: JobInputs): Promise<number> {
  const cwd = await mkdtemp(join(directory, 'job-'));
  const basic = Buffer.from(`job:${token}`).toString('base64');
  const began = performance.now();
  await execa('sh', ['-e', '-c', job], {
    cwd,
    env: {
      ...{ SOURCE: source, GITOPS: gitops, API: api, TOKEN: token, COMMIT: commit },
      ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' },
      ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.extraHeader' },
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    },
  });
  const took = performance.now() - began;
  await rm(cwd, { recursive: true, force: true });
  return took;
}
