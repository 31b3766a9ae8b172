/** The public library: everything that users import, and nothing else. */

// Errors
export { InputError, MemoryLimitError, StragglerError } from './errors.js';

// Kernels
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
export { version } from './version.js';
export { runExperiment, runResolved } from './experiment/run.js';
export { listRuns, shardRuns } from './experiment/run-list.js';
export type { ExperimentRun } from './experiment/run-list.js';
export type { Checkpoint, CheckpointStore } from './experiment/checkpoints.js';
export { runTask } from './experiment/unit.js';
export type { UnitTask } from './experiment/unit.js';
export { methodLabels } from './experiment/known-methods.js';
export type { OwnProblem } from './experiment/build.js';
export type { ExperimentOptions, ExperimentParts, ExperimentResult, Progress } from './experiment/run.js';
export { exampleExperiment } from './experiment/example.js';
export { parseExperiment } from './experiment/parse.js';
export type { ExperimentText } from './experiment/parse.js';
export { resolveExperiment } from './experiment/resolve.js';
export type { ResolvedExperiment, ResolvedMethod } from './experiment/resolve.js';
export type { PartitionOptions, ProblemOptions } from './experiment/schema-problem.js';
export type { ResolvedWorkers } from './experiment/resolve-workers.js';
export type { ExperimentInput } from './experiment/schema.js';
export { choiceText } from './experiment/diagnose.js';
export type { Locate } from './experiment/diagnose.js';
export { bestStepsizes, compareResults, gridMayBeTooNarrow } from './experiment/tuning.js';
export type { BestStepsize } from './experiment/tuning.js';
export { quantile, seedRange, seedRangeKind, seedRangeText } from './experiment/quantiles.js';
export type { SeedRange } from './experiment/quantiles.js';
export type {
  DelayCount, FlightRecord, IntervalRecord, MetricsRecord, RunOutcome, SummaryRecord, TraceRecord, UpdateRecord, WorkersRecord,
} from './experiment/records.js';

export { previewExperiment } from './experiment/preview.js';
export type { ExperimentPreview, MethodPreview } from './experiment/preview.js';
export { workerModels } from './experiment/worker-models.js';

// Methods
export { defineMethod, workersWhere } from './methods/method.js';
export type {
  AnyMethod, Arrival, Coordinates, Message, Method, MethodParameters, ParameterProblem, Server, Source, VectorOperations, Wait, Worker, WorkerHalf,
} from './methods/method.js';
export type { Parameter, ParameterTable } from './methods/parameters.js';
export { methods } from './methods/registry.js';

// Problems and data
export type { Evaluation, Optimum, Problem } from './problems/problem.js';
export type { ConstantEstimates, ProblemConstants } from './problems/constants.js';
export { estimateConstants, problemConstants } from './problems/estimate-constants.js';
export { explicitQuadratic, tridiagonalQuadratic } from './problems/quadratic.js';
export { heterogeneousQuadraticData } from './problems/random-quadratics.js';
export type { QuadraticData, QuadraticWorker } from './problems/quadratic.js';
export { LogisticRegressionProblem } from './problems/logistic-regression.js';
export type { LogisticRegressionOptions } from './problems/logistic-regression.js';
export { MlpProblem } from './problems/mlp.js';
export type { MlpOptions } from './problems/mlp.js';
export { sampledProblem } from './problems/sampled.js';
export type { SampledProblemOptions } from './problems/sampled.js';
export type { CompressedSamples, Dataset, DenseDataset, DenseSamples, Samples } from './data/dataset.js';
export { denseDataset } from './data/dense.js';
export { LoadedDataset } from './data/loaded-dataset.js';
export type { LoadedSamples } from './data/loaded-dataset.js';
export { digits } from './data/digits.js';
export type { DigitsOptions } from './data/digits.js';
export { datasetFolder, loadDataset } from './data/load.js';
export type { LoadDatasetOptions } from './data/load.js';
export { partition, partitionDefaults, PARTITION_KINDS } from './data/partition.js';
export type { PartitionKind, PartitionSpec } from './data/partition.js';

// Computation times and networks
export type { ComputationModel } from './computation/computation-model.js';
export type { Direction, NetworkModel } from './computation/network-model.js';
export { computationModel, loadTrace } from './computation/models.js';
export type { ComputationOptions } from './computation/models.js';
export { twoSpeedTimes } from './computation/base-times.js';
export type { BaseOptions, TwoSpeedOptions } from './computation/base-times.js';
export { fixedTimes } from './computation/fixed-times.js';
export { lognormalTimes, paperTimes, paretoTimes } from './computation/random-times.js';
export type { LognormalOptions, ParetoOptions } from './computation/random-times.js';
export { regimeSwitchingTimes, sinusoidalTimes } from './computation/changing-speeds.js';
export type { Phases, RegimeOptions, SinusoidalOptions, SpeedChange } from './computation/changing-speeds.js';
export { givenDepartures, givenOutages, randomDepartures, randomOutages } from './computation/outages.js';
export type { Departures, Interval, OutageIntervals, RandomDepartureOptions, RandomOutageOptions } from './computation/outages.js';
export { PowerCurve, universalTimes } from './computation/powers.js';
export type { PowerPieces } from './computation/powers.js';
export { deviceProfiles, deviceTimes } from './computation/devices.js';
export type { DeviceName, DeviceOptions, DeviceProfile } from './computation/devices.js';
export { readTrace, traceTimes } from './computation/traces.js';
export type { Trace } from './computation/traces.js';
export { parseDurations, parsePowers } from './computation/trace-csv.js';
export type { TraceValues } from './computation/trace-csv.js';
export { instantNetwork, loadDeviceBandwidth, networkModel } from './computation/network.js';
export type { NetworkOptions, PerWorker } from './computation/network.js';
export { parseDeviceBandwidth, readDeviceBandwidth } from './computation/device-bandwidth.js';
export type { DeviceBandwidth } from './computation/device-bandwidth.js';

// Time complexities and advice
export { complexities, LOWER_BOUND, timeComplexities } from './complexity/registry.js';
export type { TimeComplexityRow } from './complexity/registry.js';
export { DATA_SETTINGS } from './complexity/setting.js';
export type { ComplexityInputs, DataSetting, MethodComplexity, ProblemQuantities, Theory, TimeComplexity } from './complexity/setting.js';
export { heterogeneousLowerBound, homogeneousLowerBound, lowerBounds, usefulWorkers } from './complexity/lower-bound.js';
export { universalTime } from './complexity/universal.js';
export type { UniversalInputs, UniversalTime } from './complexity/universal.js';
export type { Powers } from './complexity/power-curves.js';
export { asgdTheory, asgdTime } from './complexity/asgd.js';
export { delayAdaptiveAsgdTheory, delayAdaptiveAsgdTime } from './complexity/delay-adaptive-asgd.js';
export { ia2SgdTheory, ia2SgdTime } from './complexity/ia2-sgd.js';
export { maleniaSgdTheory, maleniaSgdTime } from './complexity/malenia-sgd.js';
export { minibatchSgdTheory, minibatchSgdTime } from './complexity/minibatch-sgd.js';
export { rennalaSgdTheory, rennalaSgdTime } from './complexity/rennala-sgd.js';
export { rescaledAsgdTheory, rescaledAsgdTime } from './complexity/rescaled-asgd.js';
export { ringleaderAsgdTheory, ringleaderAsgdTime } from './complexity/ringleader-asgd.js';
export { ringmasterAsgdTheory, ringmasterAsgdTime } from './complexity/ringmaster-asgd.js';
export { experimentTheory } from './experiment/theory.js';
export type { ExperimentTheory, MethodTheory, TheoryOptions } from './experiment/theory.js';
export { advise } from './advice/advise.js';
export type { Advice, AdviceOptions, AdviceQuestion } from './advice/advise.js';
export type { Candidate } from './advice/candidate.js';
export { WORTHWHILE } from './advice/decide.js';
export type { Decision } from './advice/decide.js';
export type { TrialScale } from './advice/scale-trial.js';
export type { TrialQuantities } from './advice/trial-problem.js';

// Simulation
export { Simulation } from './simulation/simulation.js';
export type { SimulationCheckpoint, SimulationLane, SimulationOptions, SimulationStatistics } from './simulation/simulation.js';
export { SchedulesDiffer } from './simulation/tape.js';
export { NotPlainState } from './simulation/state-codec.js';
export { INTERVAL_KINDS } from './simulation/observer.js';
export type { FlightEvent, IntervalEvent, IntervalKind, SimulationObserver, UpdateEvent, WorkerStatistics } from './simulation/observer.js';
export { Run, targetReached } from './simulation/run.js';
export type { Budget, EvaluationGrid, EvaluationPoint, RunCheckpoint, RunLane, RunPlan, RunStatus, Target } from './simulation/run.js';

// Threads
export { availableThreads } from '#platform';
export { startCrew } from './threads/crew.js';
export type { Crew } from './threads/crew.js';
export type { JobBoard } from './simulation/job-board.js';
export { worthSharing } from './simulation/worth-sharing.js';
export type { GradientRecipe } from './problems/gradient-recipe.js';
