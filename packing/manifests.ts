import {
  type PackagedPlatform,
  packagedPlatforms,
  packagedRenderer,
  rendererPackage,
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

/** The packages that others depend on, with the renderer of each platform. */
export function rendererDependencies(version: string): Readonly<Record<string, string>> {
  return Object.fromEntries(packagedPlatforms.map((platform) => [rendererPackage(platform), version]));
}

/** Writes the manifest of `fairlead`: the bundled command line, with the few libraries that cannot be bundled. */
export function commandLineManifest(
  root: RepositoryManifest,
  { notBundled, ...place }: PackingPlace & { readonly notBundled: readonly string[] },
): PackageManifest {
  return {
    ...common(root, place),
    name: 'fairlead',
    description: root.description,
    type: 'module',
    bin: { fairlead: 'dist/main.js' },
    files: ['dist', 'docs', 'CHANGELOG.md', noticesFile],
    dependencies: versionsOf(root, notBundled),
    optionalDependencies: rendererDependencies(root.version),
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
    optionalDependencies: rendererDependencies(root.version),
  };
}

/** Writes the manifest of `@fairlead/sandbox`: the stand-ins for a forge and a fleet, for a first try. */
export function sandboxManifest(root: RepositoryManifest, place: PackingPlace): PackageManifest {
  return {
    ...common(root, place),
    name: '@fairlead/sandbox',
    description: "Stand-ins for a forge and a fleet, for a first try with Fairlead's `worker --dev --sandbox`.",
    type: 'module',
    exports: { '.': './sandbox.js', './package.json': './package.json' },
    files: ['*.js', noticesFile],
  };
}

/** Writes the manifest of the package with the renderer of one platform. npm installs it there alone. */
export function rendererManifest(
  root: RepositoryManifest,
  { platform, ...place }: PackingPlace & { readonly platform: PackagedPlatform },
): PackageManifest {
  const [os, cpu] = platform.split('-') as [string, string];
  return {
    ...common(root, place),
    name: rendererPackage(platform),
    description: `The renderer of Fairlead for ${platform}.`,
    os: [os],
    cpu: [cpu],
    // Yarn would keep it in an archive, from which nothing can be started.
    preferUnplugged: true,
    files: [packagedRenderer(platform), noticesFile],
  };
}

/** The file with the licences of what is built in. */
export const noticesFile = 'THIRD-PARTY-NOTICES.txt';

/**
 * Lists in sentences what a published manifest lacks so that the renderer comes with it on every platform; empty: nothing.
 */
export function missingRenderers({ name, version, optionalDependencies = {} }: PackageManifest): readonly string[] {
  return packagedPlatforms.map(rendererPackage).flatMap((renderer) => {
    const found = optionalDependencies[renderer];
    if (found === version) return [];
    return [
      `${name}@${version} has ${found ?? 'nothing'} for ${renderer} in optionalDependencies, where ${version} must stand.`,
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

function versionsOf({ dependencies }: RepositoryManifest, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => {
      const version = dependencies[name];
      if (version === undefined) throw new Error(`package.json has no ${name} in dependencies.`);
      return [name, version];
    }),
  );
}
