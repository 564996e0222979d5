import type { Command } from 'commander';
import { type ExitCode, exitCodeWords } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addJsonOption, collectValues } from '../../options.ts';
import type { VendorOptions } from '../../vendor/fetch.ts';

/** Adds `fairlead vendor`. */
export function addVendor(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addJsonOption(program.command('vendor'))
    .summary('fetch the charts and the bases of others')
    .description(
      'Fetches the chart that helm.yaml of a base names, with its dependencies, and what a kustomization refers to in other repositories, into the base, and records in vendor.lock where it came from. Commit what it writes: rendering takes what is in git. Called again, it fetches what helm.yaml names by then. If anything fails, nothing is changed.',
    )
    .argument('[path...]', 'bases, or directories above them (default: the whole checkout)')
    .option('--check', 'fetch nothing; say whether the files are those that were fetched, and the charts those named')
    .option('--accept-digest', 'take other content that was published under the same version')
    .option('--helm-charts', 'write helm.yaml for each chart in `helmCharts` of a kustomization, and fetch it')
    .option('--force', 'write over files that were not fetched, or were changed since')
    .option('--plain-http <host>', 'a host that may be asked without TLS; may be repeated', collectValues)
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead vendor infra/ingress   fetches what infra/ingress/helm.yaml names
  $ fairlead vendor --check         for CI

Exit codes: ${exitCodeWords(0, 2, 3)}.`,
    )
    .action(async (paths: readonly string[], options: VendorOptions) =>
      done(await (await import('../../vendor/fetch.ts')).vendorDirectories(paths, options, io)),
    );
}
