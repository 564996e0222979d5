/*
 * What commands need of the heavy libraries: Temporal's core and the Kubernetes client. It is the entry of the package
 * @fairlead/worker, and no other command loads it. Whatever is added here is in that package.
 */
export { createFluxFleet } from '../../fleet/flux/fleet.ts';
export { version } from '../../version.ts';
export { runWorker } from '../../worker.ts';
