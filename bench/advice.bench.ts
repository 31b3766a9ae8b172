/** Whether full simulations confirm what `advise` recommends: npm run bench:advice. */
import { InputError, loadKernels } from '../bindings/index.js';
import type { ExperimentInput } from '../bindings/index.js';
import { confirmAdvice } from './advice/confirm.js';
import type { Confirmation, FleetOfWorkers } from './advice/confirm.js';
import { runProgram } from './arguments.js';
import { machine, markdownTable, showStatus } from './report.js';

const USAGE = `Usage: npm run bench:advice

Asks for advice for three fleets (equal speeds; one straggler; 100 phones with a
heavy tail) with different and with equal data, and runs every candidate on
a quadratic with 50 dimensions, 15 stepsizes and five seeds. Takes ten minutes.`;

const FLEETS: readonly FleetOfWorkers[] = [
  { name: '20 of equal speed', workers: { count: 20, computation: { kind: 'equal' } } },
  { name: '19 and one 30 times slower', workers: { count: 20, computation: { kind: 'two-speed', slow: 30, slowFraction: 0.05 } } },
  { name: '100 phones (Pareto, shape 1.2)', workers: { count: 100, computation: { kind: 'pareto', shape: 1.2 } } },
];
const DIFFERENT: ExperimentInput['problem'] = { kind: 'quadratic', form: 'random', dimension: 50, spread: 3, noise: 0.5 };
const EQUAL: ExperimentInput['problem'] = { kind: 'quadratic', dimension: 50, noise: 0.1 };
/** ε and the simulated time for each fleet. */
const SETTINGS = [
  { problem: DIFFERENT, cases: [[0.05, 400], [0.05, 2000], [0.02, 1500]] },
  { problem: EQUAL, cases: [[0.001, 2000], [0.001, 16_000], [0.001, 8000]] },
] as const;
const STEPSIZES = Array.from({ length: 15 }, (_, k) => 2 * 2 ** -k);
const SEEDS = [1, 2, 3, 4, 5];

await runProgram(USAGE, [], async ({ words }) => {
  if (words.length > 0) throw new InputError('bench:advice', 'words', 'be absent', words[0]);
  const kernels = await loadKernels();
  console.log(machine());
  for (const { problem, cases } of SETTINGS) {
    for (const [index, fleet] of FLEETS.entries()) {
      const [epsilon, budget] = cases[index]!;
      showStatus(fleet.name);
      const confirmation = await confirmAdvice(kernels, fleet, { problem, epsilon, budget, seeds: SEEDS, stepsizes: STEPSIZES });
      showStatus('');
      report(fleet.name, confirmation);
    }
  }
});

function report(name: string, { advice, results }: Confirmation): void {
  const { recommended, worthwhile, gain, data } = advice;
  const [first] = results;
  const time = (method: string): number => results.find((result) => result.method === method)?.timeToTarget ?? Infinity;
  console.log(`\n${name}, ${data} data: ${worthwhile ? `${recommended.method}, ${gain.toFixed(1)} times faster` : `keep ${recommended.method}`}`);
  const rows = advice.candidates.map(({ method, predicted, simulated }) => [
    method, predicted.toFixed(0), simulated.toFixed(1), time(method).toFixed(1), (time(method) / first!.timeToTarget!).toFixed(2),
  ]);
  console.log(`\n${markdownTable(['method', 'predicted', 'trial', 'full simulation', '× best'], rows)}`);
}
