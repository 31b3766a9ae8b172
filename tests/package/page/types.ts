// Public types as a program of a user's would write them down.
import {
  advise, availableThreads, complexities, defineMethod, estimateConstants, fixedTimes, InputError, listRuns, loadKernels, methods, MlpProblem,
  parseExperiment, previewExperiment, resolveExperiment, runExperiment, runResolved, sampledProblem, shardRuns, Simulation, startCrew, timeComplexities, version,
} from 'straggler';
import type {
  Advice, AdviceQuestion, AnyMethod, Arrival, BestStepsize, Checkpoint, CheckpointStore, ComplexityInputs, ComputationModel, Crew, DataSetting, Dataset,
  Evaluation, ExperimentInput, ExperimentOptions, ExperimentPreview, ExperimentResult, KernelVariant, Kernels, LoadOptions, Method, MethodComplexity,
  MetricsRecord, NetworkModel, OwnProblem, ParameterTable, Problem, Progress, Random, ResolvedExperiment, RunOutcome, Samples, Server,
  SimulationObserver, SummaryRecord, TimeComplexityRow, TraceRecord, Vector, VectorOperations, WorkerHalf,
} from 'straggler';

export const experiment: ExperimentInput = {
  problem: { kind: 'own' },
  workers: { count: 2, computation: { kind: 'lognormal', sigma: 0.5 } },
  methods: ['asgd', { name: 'own', stepsize: [0.1], momentum: 0.5 }],
  stepsizes: [0.01],
  budget: { updates: 10 },
};

const table = { momentum: { type: 'number', default: 0.9, minimum: 0, description: 'β' } } as const satisfies ParameterTable;

interface State {
  readonly stepsize: number;
  sum: Vector;
}

export const own: Method<{ readonly momentum: number; readonly stepsize: number }, State> = defineMethod({
  name: 'own',
  parameters: table,
  start(server: Server, { stepsize, momentum }): State {
    const operations: VectorOperations = server.vectors;
    const first: number = momentum;
    for (let i = 0; i < server.workers; i += 1) server.assign(i);
    return { stepsize: stepsize * (1 - first), sum: operations.zeros() };
  },
  onGradient(state: State, server: Server, arrival: Arrival) {
    server.step(arrival.gradient, state.stepsize);
    server.assign(arrival.worker);
  },
  dispose: (state) => state.sum.release(),
});
export const all: readonly AnyMethod[] = [...methods, own];

export const problem: OwnProblem = (kernels: Kernels, random: Random): Problem =>
  sampledProblem(
    kernels,
    { x0: [0], samples: [[1], [2]], loss: (x, a) => ((x[0] ?? 0) - a) ** 2 / 2, gradient: (x, a) => [(x[0] ?? 0) - a] },
    random,
  );

export async function study(signal: AbortSignal): Promise<readonly BestStepsize[]> {
  const kept = new Map<string, Checkpoint>();
  const checkpoints: CheckpointStore = {
    load: () => [...kept.values()],
    save: (checkpoint) => void kept.set(checkpoint.runs.join(), checkpoint),
    remove: (runs) => void kept.delete(runs.join()),
  };
  const options: ExperimentOptions = {
    methods: [own],
    problem,
    signal,
    threads: availableThreads(),
    known: [] satisfies readonly RunOutcome[],
    onProgress: ({ fraction, done, total }: Progress) => console.log(fraction, done / total),
    onMetrics: (record: MetricsRecord, run: number) => console.log(record.objective, run),
    onTrace: (record: TraceRecord) => console.log(record.method),
    onNotice: (text: string) => console.warn(text),
    checkpoints,
  };
  const resolved: ResolvedExperiment = await resolveExperiment(experiment, undefined, options);
  const runs: number[] = shardRuns(resolved, 1, 2);
  const result: ExperimentResult = await runResolved(resolved, { ...options, runs });
  const preview: ExperimentPreview = await previewExperiment(resolved, options);
  const summary: readonly SummaryRecord[] = result.summary;
  console.log(listRuns(resolved).length, preview.methods.length, summary.map(({ digest, timeToTarget }) => [digest, timeToTarget ?? Infinity]));
  return (await runExperiment(experiment, options)).best;
}

export async function kernelsFor(variant: KernelVariant): Promise<Kernels> {
  const options: LoadOptions = { variant, shared: true, maximumBytes: 2 ** 30 };
  return loadKernels(options);
}

export function theory(inputs: ComplexityInputs, setting: DataSetting): [TimeComplexityRow[], readonly MethodComplexity[]] {
  return [timeComplexities(inputs, setting), complexities];
}

export async function advice(question: AdviceQuestion): Promise<Advice | string> {
  try {
    return await advise(question);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

export interface Parts {
  computation: ComputationModel;
  network: NetworkModel;
  dataset: Dataset;
  samples: Samples;
  evaluation: Evaluation;
  observer: SimulationObserver;
  half: WorkerHalf;
  crew: Crew;
}

export const values = { estimateConstants, fixedTimes, MlpProblem, parseExperiment, Simulation, startCrew };

// Types are there: a mistake is found.
// @ts-expect-error -- the version is a string
export const wrong: number = version;
