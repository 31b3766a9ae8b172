// Runs an experiment on all cores and follows it on one line. Ctrl-C or the time limit ends it, and what was computed until then is shown.
//
//   node run-experiment.js              ends by itself after a few seconds
//   node run-experiment.js 0.5          stops after half a second
import { availableThreads, runExperiment } from 'straggler';

const limit = Number(process.argv[2] ?? 60); // seconds of real time

const stop = new AbortController();
const timer = setTimeout(() => stop.abort(), 1000 * limit);
process.once('SIGINT', () => stop.abort());

// 4 methods × 4 stepsizes × 3 seeds = 48 runs. Every method meets the same functions, samples and computation times.
const { best, interrupted } = await runExperiment(
  {
    problem: { kind: 'quadratic', form: 'random', dimension: 50, noise: 0.1 },
    workers: { count: 20, computation: { kind: 'paper' } }, // worker i needs about i seconds for a gradient
    methods: ['minibatch-sgd', 'asgd', 'malenia-sgd', 'ringleader-asgd'],
    stepsizes: [0.01, 0.03, 0.1, 0.3],
    seeds: [1, 2, 3],
    budget: { time: 2000 },
    target: { gradientNormSquared: 1e-3 },
  },
  { threads: availableThreads(), signal: stop.signal, onProgress: ({ fraction, done, total }) => show(fraction, `${done} of ${total} runs`) },
);
clearTimeout(timer);
if (process.stdout.isTTY) process.stdout.write('\n');

if (interrupted) console.log('Stopped early; these are the runs that had begun:');
console.log('method           stepsize  time to ‖∇f‖² ≤ 1e-3   f − f* at the end');
for (const { method, stepsize, timeToTarget, finalSuboptimality = NaN } of best) {
  const time = timeToTarget === null ? 'not reached' : `${timeToTarget} s`;
  console.log(`${method.padEnd(16)} ${String(stepsize).padStart(8)} ${time.padStart(22)} ${finalSuboptimality.toExponential(1).padStart(19)}`);
}

/** Draws a bar over the one before; a file or a pipe gets none. */
function show(fraction = 0, text = '') {
  if (!process.stdout.isTTY) return;
  const width = Math.round(30 * fraction);
  process.stdout.write(`\r${'█'.repeat(width)}${'░'.repeat(30 - width)} ${text}`);
}
