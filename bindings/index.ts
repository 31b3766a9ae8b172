/** The public library: everything that users import, and nothing else. */
export { InputError, MemoryLimitError, StragglerError } from './errors.js';
export { version } from './version.js';

// Kernels and their memory
export { KERNEL_VARIANTS, loadKernels } from './kernels/load.js';
export type { Kernels, KernelSource, KernelVariant, LoadOptions } from './kernels/load.js';
export type { KernelExports } from './kernels/abi.js';
export { mlpEvaluate, mlpGradient, mlpParameterCount, multiply } from './kernels/arrays.js';
export type { Floats, GradientOptions, NetworkBatch, ProductOptions } from './kernels/arrays.js';
export { kernelBenchmarks } from './kernels/benchmark.js';
export type { KernelBenchmark } from './kernels/benchmark.js';
export { MemoryPool, readableBytes } from './kernels/memory.js';
export { Purpose, Random } from './kernels/random.js';
export { scalarBytes, Vector } from './kernels/vector.js';
export type { Scalar } from './kernels/vector.js';

// Experiments
export { runExperiment, runResolved, methodLabels } from './experiment/run.js';
export type { OwnProblem } from './experiment/build.js';
export type { ExperimentOptions, ExperimentResult, Progress } from './experiment/run.js';
export { exampleExperiment } from './experiment/example.js';
export { parseExperiment } from './experiment/parse.js';
export type { ExperimentText } from './experiment/parse.js';
export { resolveExperiment } from './experiment/resolve.js';
export type { ResolvedExperiment, ResolvedMethod } from './experiment/resolve.js';
export { experimentJsonSchema } from './experiment/schema.js';
export type { ExperimentInput } from './experiment/schema.js';
export { choiceText } from './experiment/diagnose.js';
export type { Locate } from './experiment/diagnose.js';
export { bestStepsizes, compareResults } from './experiment/tuning.js';
export type { BestStepsize } from './experiment/tuning.js';
export type { IntervalRecord, MetricsRecord, SummaryRecord, TraceRecord, UpdateRecord } from './experiment/records.js';

// Methods
export { defineMethod, workersWhere } from './methods/method.js';
export type { AnyMethod, Arrival, Method, MethodParameters, Server, Source, VectorOperations, Wait } from './methods/method.js';
export type { Parameter, ParameterTable } from './methods/parameters.js';
export { methods } from './methods/registry.js';

// Problems, data and computation times
export type { Evaluation, Problem } from './problems/problem.js';
export { explicitQuadratic, heterogeneousQuadraticData, tridiagonalQuadratic } from './problems/quadratic.js';
export type { QuadraticData, QuadraticWorker } from './problems/quadratic.js';
export { MlpProblem } from './problems/mlp.js';
export type { MlpOptions } from './problems/mlp.js';
export { sampledProblem } from './problems/sampled.js';
export type { SampledProblemOptions } from './problems/sampled.js';
export type { Dataset, Samples } from './data/dataset.js';
export { LoadedDataset } from './data/loaded-dataset.js';
export type { LoadedSamples } from './data/loaded-dataset.js';
export { digits } from './data/digits.js';
export type { DigitsOptions } from './data/digits.js';
export { datasetFolder, loadDataset } from './data/load.js';
export type { LoadDatasetOptions } from './data/load.js';
export { partition, partitionDefaults, PARTITION_KINDS } from './data/partition.js';
export type { PartitionKind, PartitionSpec } from './data/partition.js';
export type { ComputationModel } from './computation/computation-model.js';
export { computationModel, fixedTimes, paperTimes } from './computation/models.js';
export type { ComputationOptions } from './computation/models.js';

// Simulation
export { Simulation } from './simulation/simulation.js';
export type { IntervalEvent, SimulationObserver, SimulationOptions, SimulationStatistics, UpdateEvent } from './simulation/simulation.js';
export { Run, targetReached } from './simulation/run.js';
export type { Budget, EvaluationGrid, EvaluationPoint, RunPlan, RunStatus, Target } from './simulation/run.js';
