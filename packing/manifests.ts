import {
  type PackagedPlatform,
  type PackagedProgram,
  packagedExecutable,
  packagedPlatforms,
  platformPackage,
} from '../src/programs/platform-package.ts';

/** What the manifests of the published packages are made from: package.json of this repository. */
export interface RepositoryManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

/** The manifest of a package, as it is published. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What is known only where it is packed. */
export interface PackingPlace {
  /** The URL of the source repository, which npm's provenance compares with where the package was built. */
  readonly repository?: string;
}

/** The packages that others depend on, with a program of each platform. */
function programDependencies(program: PackagedProgram, version: string): Readonly<Record<string, string>> {
  return Object.fromEntries(packagedPlatforms.map((platform) => [platformPackage(program, platform), version]));
}

/** Writes the manifest of `fairlead`: the bundled command line, which needs no library. */
export function commandLineManifest(root: RepositoryManifest, place: PackingPlace): PackageManifest {
  return {
    ...common(root, place),
    name: 'fairlead',
    description: root.description,
    type: 'module',
    bin: { fairlead: 'dist/main.js' },
    files: ['dist', 'docs', 'CHANGELOG.md', noticesFile],
    optionalDependencies: programDependencies('renderer', root.version),
  };
}

/** Writes the manifest of `@fairlead/worker`: what `fairlead worker` loads. */
export function workerManifest(root: RepositoryManifest, place: PackingPlace): PackageManifest {
  return {
    ...common(root, place),
    name: '@fairlead/worker',
    description: 'The worker of Fairlead, which `fairlead worker` runs.',
    type: 'module',
    exports: { '.': './index.js', './package.json': './package.json' },
    files: ['index.js', 'dist', 'npm-shrinkwrap.json'],
    // Overrides count in the repository alone. A lock file counts only if npm's registry has told of it, not in an archive.
    dependencies: { ...root.dependencies, ...root.overrides },
    optionalDependencies: programDependencies('renderer', root.version),
  };
}

/** Writes the manifest of `@fairlead/sandbox`: the stand-ins for a forge and a fleet, for a first try. */
export function sandboxManifest(root: RepositoryManifest, place: PackingPlace): PackageManifest {
  return {
    ...common(root, place),
    name: '@fairlead/sandbox',
    description: "Stand-ins for a forge and a fleet, for a first try with Fairlead's `worker --dev --sandbox`.",
    type: 'module',
    exports: { '.': './dist/sandbox.js', './package.json': './package.json' },
    files: ['dist', noticesFile],
  };
}

/** Writes the manifest of `@fairlead/vendor`: the same name on every platform for the program that fetches charts. */
export function vendorManifest(root: RepositoryManifest, place: PackingPlace): PackageManifest {
  return {
    ...common(root, place),
    name: '@fairlead/vendor',
    description: 'The program with which `fairlead vendor` fetches charts.',
    files: [],
    optionalDependencies: programDependencies('vendor', root.version),
  };
}

const programDescriptions: Readonly<Record<PackagedProgram, string>> = {
  renderer: 'The renderer of Fairlead',
  vendor: 'The program with which `fairlead vendor` fetches charts,',
};

/** Writes the manifest of the package with a program of one platform. npm installs it there alone. */
export function programManifest(
  root: RepositoryManifest,
  {
    program,
    platform,
    ...place
  }: PackingPlace & { readonly program: PackagedProgram; readonly platform: PackagedPlatform },
): PackageManifest {
  const [os, cpu] = platform.split('-') as [string, string];
  return {
    ...common(root, place),
    name: platformPackage(program, platform),
    description: `${programDescriptions[program]} for ${platform}.`,
    os: [os],
    cpu: [cpu],
    // Yarn would keep it in an archive, from which nothing can be started.
    preferUnplugged: true,
    files: [packagedExecutable(program, platform), noticesFile],
  };
}

/** The file with the licences of what is built in. */
export const noticesFile = 'THIRD-PARTY-NOTICES.txt';

/**
 * Lists in sentences what a published manifest lacks so that a program comes with it on every platform; empty: nothing.
 */
export function missingPrograms(
  program: PackagedProgram,
  { name, version, optionalDependencies = {} }: PackageManifest,
): readonly string[] {
  return packagedPlatforms.flatMap((platform) => {
    const wanted = platformPackage(program, platform);
    const found = optionalDependencies[wanted];
    if (found === version) return [];
    return [
      `${name}@${version} has ${found ?? 'nothing'} for ${wanted} in optionalDependencies, where ${version} must stand.`,
    ];
  });
}

function common({ version, license, engines }: RepositoryManifest, { repository }: PackingPlace) {
  return {
    version,
    license,
    engines,
    publishConfig: { access: 'public' },
    ...(repository !== undefined && { repository: { type: 'git', url: `git+${repository}.git` } }),
  };
}
