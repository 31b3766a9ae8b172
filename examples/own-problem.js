// A problem of your own: a function from model and sample to gradient. Eight stations measure a curve, each its own stretch of it, and every
// tenth measurement is far off. The line that fits best, all stations weighing the same, is found by robust regression with the Huber loss.
import { runExperiment, sampledProblem } from 'straggler';

const DELTA = 0.3; // residuals beyond ±δ pull with constant force, however far off they are

// Station i measures at a = i/4 − 1 … i/4 − 3/4. Samples may be of any type: the functions below get them as they are.
const samples = Array.from({ length: 8 }, (_, station) =>
  Array.from({ length: 50 }, (_, j) => {
    const a = station / 4 - 1 + j / 200;
    const error = j % 10 === 0 ? 20 : (((7 * j) % 11) - 5) / 50;
    return { a, y: 1 - 2 * a + a ** 2 + error };
  }),
);

const lines = new Map([['start', [0, 0]]]); // the last model of every method

const { best } = await runExperiment(
  {
    problem: { kind: 'own' },
    workers: { count: samples.length, computation: { kind: 'two-speed', fast: 1, slow: 20, slowFraction: 0.5 } }, // 4 to 7 are slow
    methods: [{ name: 'minibatch-sgd', stepsize: 0.2 }, 'asgd', 'rescaled-asgd', 'ringleader-asgd'],
    stepsizes: [0.02],
    budget: { time: 10_000 },
  },
  {
    problem: (kernels, random) =>
      sampledProblem(
        kernels,
        {
          x0: [0, 0], // intercept and slope
          samples,
          batch: 4,
          loss: ([intercept = 0, slope = 0], { a, y }) => {
            const r = Math.abs(intercept + slope * a - y);
            return r <= DELTA ? r ** 2 / 2 : DELTA * (r - DELTA / 2);
          },
          gradient: ([intercept = 0, slope = 0], { a, y }) => {
            const pull = Math.max(-DELTA, Math.min(DELTA, intercept + slope * a - y));
            return [pull, pull * a];
          },
        },
        random, // draws the samples: the same ones under every method
      ),
    onTrace: (record) => {
      if ('update' in record && record.x !== undefined) lines.set(record.method, record.x);
    },
  },
);

console.log('method           line               mean loss  of the worst station');
for (const { method, finalObjective, finalWorstWorkerObjective } of best) {
  const [intercept = 0, slope = 0] = lines.get(method) ?? [];
  const line = `${intercept.toFixed(2)} ${slope < 0 ? '−' : '+'} ${Math.abs(slope).toFixed(2)} a`;
  console.log(`${method.padEnd(16)} ${line.padEnd(18)} ${finalObjective.toFixed(4).padStart(9)} ${finalWorstWorkerObjective.toFixed(4).padStart(21)}`);
}
console.log('\nASGD fits the stretches of the fast stations; the others listen to everybody.');
