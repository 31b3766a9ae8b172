/** The local methods once more, straight from their definitions: workers hold models, the server averages what they upload. */
import { mean, plus, Surroundings, times } from './reference-world.js';
import type { ReferenceRun, Setting } from './reference-world.js';

type Parameters = Readonly<Record<string, unknown>>;

interface LocalWorker {
  /** The model w. */
  w: number[];
  /** N_i. */
  readonly N: number;
  round: number;
  /** Steps taken in this round, and H = N + Q of the previous one. */
  steps: number;
  lastH: number;
  stepsize: number;
  /** y: the model at the upload. */
  y: number[] | undefined;
  /** What came back: the mean of the uploads, and the mean of the H sent along. */
  answer: { values: number[]; H: number } | undefined;
}

/** What a local method is. */
interface LocalMethod {
  readonly eta: number;
  /** S_r, ascending. */
  readonly coordinates: (round: number) => readonly number[];
  /** Q: how many steps a worker takes while it waits; 'clock': as many as it can. */
  readonly overlap: number | 'clock';
  readonly overwrite: boolean;
  readonly balance: boolean;
}

function localSteps({ computation }: Setting, i: number, { localSteps: N, window: T }: Parameters): number {
  if (T !== undefined) return Math.max(1, Math.floor((T as number) / computation.expectedTime(i)));
  return (N ?? 8) as number;
}

function runLocal(setting: Setting, method: LocalMethod, parameters: Parameters, rounds: number): ReferenceRun {
  const around = new Surroundings(setting);
  const { n } = around;
  const run: ReferenceRun = { updates: [], arrivals: [], discarded: 0 };
  const workers = setting.data.workers.map((_, i): LocalWorker => ({
    w: around.x0, N: localSteps(setting, i, parameters), round: 0, steps: 0, lastH: NaN, stepsize: method.eta, y: undefined, answer: undefined,
  }));
  let uploads: { i: number; values: number[]; H: number }[] = [];
  let merged: number[][] = [];

  const compute = (i: number): void => {
    const worker = workers[i]!;
    around.compute(i, (index) => {
      worker.w = plus(worker.w, times(-worker.stepsize, around.gradientAt(i, worker.w, index)));
      worker.steps += 1;
      if (worker.steps === worker.N) upload(i);
      proceed(i);
    });
  };

  /** A step has ended, or an answer has arrived while the worker was doing nothing. */
  const proceed = (i: number): void => {
    const { y, answer, steps, N } = workers[i]!;
    if (y === undefined) return compute(i);
    const enough = method.overlap === 'clock' ? answer !== undefined : steps >= N + method.overlap;
    if (!enough) return compute(i);
    if (answer !== undefined) merge(i);
  };

  const upload = (i: number): void => {
    const worker = workers[i]!;
    const y = worker.w;
    const H = worker.lastH;
    const values = method.coordinates(worker.round).map((j) => y[j]!);
    worker.y = y;
    around.send(i, 'up', values.length, () => receive(i, values, H));
  };

  const receive = (i: number, values: number[], H: number): void => {
    run.arrivals.push({ time: around.time, worker: i, delay: 0, used: true });
    uploads.push({ i, values, H });
    if (uploads.length < n) return;
    const inOrder = uploads.sort((a, b) => a.i - b.i);
    const answer = { values: mean(inOrder.map((message) => message.values)), H: inOrder.reduce((total, message) => total + message.H, 0) / n };
    uploads = [];
    for (let j = 0; j < n; j += 1) {
      around.send(j, 'down', answer.values.length, () => {
        workers[j]!.answer = answer;
        if (method.overlap === 'clock') around.withdraw(j); // a step that began at this very instant has not begun
        if (!around.computing(j)) proceed(j);
      });
    }
  };

  const merge = (i: number): void => {
    const worker = workers[i]!;
    const { answer, w: z, y } = worker;
    const next = [...z];
    method.coordinates(worker.round).forEach((j, place) => {
      next[j] = method.overwrite ? answer!.values[place]! : answer!.values[place]! + (z[j]! - y![j]!);
    });
    worker.lastH = worker.steps;
    // Rounds 0 and 1 do not know a mean: H of round 0 travels with round 1's message.
    worker.stepsize = method.balance && worker.round >= 1 ? (method.eta * answer!.H) / worker.lastH : method.eta;
    Object.assign(worker, { w: next, round: worker.round + 1, steps: 0, y: undefined, answer: undefined });
    merged[i] = next;
    if (Object.keys(merged).length === n) {
      run.updates.push({ time: around.time, worker: i, x: mean(merged) });
      merged = [];
    }
    compute(i);
  };

  for (let i = 0; i < n; i += 1) compute(i);
  while (run.updates.length < rounds && around.advance());
  return run;
}

export const localDefinitions: Readonly<Record<string, (setting: Setting, eta: number, parameters: Parameters, rounds: number) => ReferenceRun>> = {
  // Everything travels, nobody goes on meanwhile: the average is the new model.
  'local-sgd': (setting, eta, parameters, rounds) => {
    const everything = Array.from({ length: setting.data.dimension }, (_, j) => j);
    return runLocal(setting, { eta, coordinates: () => everything, overlap: 0, overwrite: true, balance: false }, parameters, rounds);
  },
  'loscar-sgd': (setting, eta, parameters, rounds) => {
    const { overlap = true, overlapSteps, merge = 'delay-corrected', balance = false } = parameters;
    const everything = Array.from({ length: setting.data.dimension }, (_, j) => j);
    const method: LocalMethod = {
      eta,
      coordinates: setting.coordinates ?? (() => everything),
      // Without flight times there is nothing to overlap.
      overlap: overlap === false ? 0 : ((overlapSteps ?? (setting.network === undefined ? 0 : 'clock')) as number | 'clock'),
      overwrite: merge === 'overwrite',
      balance: balance as boolean,
    };
    return runLocal(setting, method, parameters, rounds);
  },
};
