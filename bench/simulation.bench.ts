/** Updates per second of whole simulations: npm run bench:simulation. */
import { loadKernels, runExperiment } from '../bindings/index.js';
import type { ExperimentInput } from '../bindings/index.js';

const REPEATS = 5;
const network = { kind: 'mlp' as const, hidden: [128], partition: { kind: 'dirichlet' as const, alpha: 0.1 } };

/** What is simulated, and for how many updates. */
const cases: { name: string; problem: ExperimentInput['problem']; workers: number; method: string; updates: number; latency?: number }[] = [
  { name: 'engine alone (d = 1), n = 100', problem: { kind: 'quadratic', dimension: 1, noise: 0 }, workers: 100, method: 'asgd', updates: 500_000 },
  { name: 'engine alone (d = 1), n = 10,000', problem: { kind: 'quadratic', dimension: 1, noise: 0 }, workers: 10_000, method: 'asgd', updates: 500_000 },
  { name: 'engine alone, latency 1, n = 100', problem: { kind: 'quadratic', dimension: 1, noise: 0 }, workers: 100, method: 'asgd', updates: 200_000, latency: 1 },
  { name: 'engine alone, worker half, n = 100', problem: { kind: 'quadratic', dimension: 1, noise: 0 }, workers: 100, method: 'dude-asgd', updates: 200_000 },
  { name: 'engine alone, overlap, latency 1, n = 100', problem: { kind: 'quadratic', dimension: 1, noise: 0 }, workers: 100, method: 'loscar-sgd', updates: 200, latency: 1 },
  { name: 'quadratic d = 1729 with noise, n = 6174', problem: { kind: 'quadratic' }, workers: 6174, method: 'asgd', updates: 20_000 },
  { name: 'network 784-128-10, batch 1, n = 100', problem: { ...network, batch: 1 }, workers: 100, method: 'asgd', updates: 10_000 },
  { name: 'network 784-128-10, batch 32, n = 100', problem: { ...network, batch: 32 }, workers: 100, method: 'asgd', updates: 2000 },
  { name: 'network 784-128-10, batch 32, n = 100', problem: { ...network, batch: 32 }, workers: 100, method: 'ringleader-asgd', updates: 200 },
];

const kernels = await loadKernels();
console.log(`Node ${process.version}; medians of ${REPEATS}, one thread, the evaluations at start and end included`);
for (const { name, problem, workers, method, updates, latency = 0 } of cases) {
  const rates: { updates: number; gradients: number }[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const { summary } = await runExperiment(
      { problem, workers: { count: workers, network: { latency } }, methods: [method], stepsizes: [0.01], budget: { updates }, evaluate: { updates } },
      { kernels },
    );
    const [run] = summary;
    rates.push({ updates: run!.updates / run!.wallSeconds, gradients: run!.gradients / run!.wallSeconds });
  }
  const median = (key: 'updates' | 'gradients'): string =>
    Math.round(rates.map((rate) => rate[key]).sort((a, b) => a - b)[Math.floor(REPEATS / 2)]!).toLocaleString('en');
  console.log(`${name.padEnd(42)} ${method.padEnd(16)} ${median('updates').padStart(10)} updates/s ${median('gradients').padStart(10)} gradients/s`);
}
