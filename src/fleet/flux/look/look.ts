import type { KubeConfig } from '@kubernetes/client-node';
import { untilAborted } from '../../../async/until-aborted.ts';
import { createEnding } from '../../../async/with-ends.ts';
import type { HttpProxy } from '../../../proxy/proxy.ts';
import { proxyTrouble } from '../../../proxy/proxy-words.ts';
import type { LookTurn } from '../../turns.ts';
import type { ClusterRef, ObserveOptions } from '../../types.ts';
import { type ClusterApi, clusterApi } from '../cluster-api.ts';
import type { Connections } from '../connections.ts';
import type { RequestLimits } from '../http.ts';
import { KubeconfigProblem, type Kubeconfigs } from '../kubeconfig.ts';
import { type Clock, startClock } from './clock.ts';
import type { LargeLooks } from './large-looks.ts';

/** What looks share. */
export interface ClusterAccess {
  readonly contexts: Kubeconfigs;
  readonly connections: Connections;
  readonly silence: Silence;
  readonly large: LargeLooks;
}

/** The clusters that do not answer, as far as this process has seen. */
export interface Silence {
  /** Places for looks that wait for a silent cluster without a turn. */
  places: number;
  /** By context, how many looks in a row ended without an answer in time. */
  readonly misses: Map<string, number>;
}

/** Waits while the time of a look stands still. */
export type Untimed = <T>(waiting: Promise<T>) => Promise<T>;

interface ClusterLook<T> extends ObserveOptions {
  /** `untimed` waits for what the cluster has no part in: its time does not run meanwhile. */
  readonly work: (api: ClusterApi, untimed: Untimed) => Promise<T>;
  /** Makes an answer of what went wrong with the cluster. */
  readonly otherwise: (error: unknown, server: string | undefined) => T;
}

/** After so many milliseconds without a sign of the cluster, its look leaves the turn to others. */
const SILENT_AFTER_MS = 400;
/** The time in milliseconds for a cluster that did not answer at the last look. */
const SHORT_TIME_MS = 3_000;
/** Of so many looks in a row at a silent cluster one has the whole time: it may be slow instead of away. */
const WHOLE_TIME_EVERY = 5;

/**
 * Bounds a look in time, and turns whatever goes wrong with the cluster into an answer. While the cluster is silent, the
 * look leaves its turn to others; its time does not run while it waits to take the turn again.
 */
export async function lookAt<T>(
  access: ClusterAccess,
  cluster: ClusterRef,
  { timeoutMs, signal, turn, work, otherwise }: ClusterLook<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const { contexts, connections, silence, large } = access;
  const misses = silence.misses.get(cluster.context) ?? 0;
  const patienceMs = patience(misses, timeoutMs);
  const clock = startClock(patienceMs, signal);
  const untimed = untimedBy(clock);
  const ending = createEnding();
  const atEnd = turn?.atEnd ?? ending.atEnd;
  let enlarged: Promise<void> | undefined;
  // Those who wait for its place have a turn: with a place, and without a turn, it could wait for one of theirs.
  const takePlace = async () => {
    await turn?.take();
    return large.take(turn ?? clock, cluster.context, clock.signal);
  };
  const enlarge = () => {
    enlarged ??= untimed(takePlace()).then(atEnd);
    return enlarged;
  };
  const mayLeave = () => enlarged === undefined;
  const awaitAnswer = turn ? leavingTurn(turn, { silence, clock, mayLeave }) : <A>(answer: Promise<A>) => answer;
  let config: KubeConfig | undefined;
  const look = async () => {
    config = await contexts.context(cluster.context);
    const connection = await connections.open(config);
    let isWell = false;
    // A request that waits for a proxy does not end by its signal, but by the end of its connection.
    clock.signal.addEventListener('abort', () => connection.release(false), { once: true });
    try {
      clock.signal.throwIfAborted();
      const answer = await work(clusterApi(connection, { signal: clock.signal, awaitAnswer, enlarge }), untimed);
      isWell = true;
      return answer;
    } catch (error) {
      const { proxy, server } = connection;
      throw (proxy && proxyProblem(error, proxy, server)) ?? error;
    } finally {
      connection.release(isWell);
    }
  };
  try {
    // A credential plugin, for one, does not listen to signals.
    const answer = await untilAborted(look(), clock.signal);
    silence.misses.delete(cluster.context);
    return answer;
  } catch (error) {
    signal?.throwIfAborted();
    if (clock.isOver()) silence.misses.set(cluster.context, misses + 1);
    else silence.misses.delete(cluster.context);
    const inTime = new Error(`it did not answer within ${patienceMs / 1000} s.`);
    return otherwise(clock.isOver() ? inTime : error, config?.getCurrentCluster()?.server);
  } finally {
    clock.stop();
    ending.end();
  }
}

function untimedBy(clock: Clock): Untimed {
  return async (waiting) => {
    clock.pause();
    try {
      return await waiting;
    } finally {
      clock.goOn();
    }
  };
}

function patience(misses: number, timeoutMs: number): number {
  return misses % WHOLE_TIME_EVERY === 0 ? timeoutMs : Math.min(SHORT_TIME_MS, timeoutMs);
}

interface LeavingTurn {
  readonly silence: Silence;
  readonly clock: Clock;
  readonly mayLeave: () => boolean;
}

/** Leaves the turn while an answer is awaited in silence, as long as it may, and there are places to wait without one. */
function leavingTurn(turn: LookTurn, { silence, clock, mayLeave }: LeavingTurn): RequestLimits['awaitAnswer'] {
  return async (answer) => {
    let isWaiting = false;
    const timer = setInterval(() => {
      if (isWaiting || silence.places === 0 || !mayLeave()) return;
      isWaiting = true;
      silence.places -= 1;
      turn.leave();
    }, SILENT_AFTER_MS);
    try {
      // What goes on below may never come to an end, and would keep the place for ever.
      const answered = await untilAborted(answer, clock.signal);
      clock.pause();
      await turn.take();
      clock.goOn();
      return answered;
    } finally {
      clearInterval(timer);
      if (isWaiting) silence.places += 1;
    }
  };
}

function proxyProblem(error: unknown, proxy: HttpProxy, server: URL): KubeconfigProblem | undefined {
  const words = proxyTrouble(error, proxy, server.host);
  return words === undefined
    ? undefined
    : new KubeconfigProblem(`The API server ${server.origin} cannot be reached: ${words}.`, { cause: error });
}
