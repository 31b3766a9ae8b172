import { loadKernels, runExperiment } from 'straggler';

/** Runs a small experiment; the same in Node, in a page and in a worker. */
export async function digests(threads) {
  const notices = [];
  const { summary } = await runExperiment(
    {
      problem: { kind: 'quadratic', form: 'random', dimension: 20, noise: 0.1 },
      workers: { count: 5, computation: { kind: 'lognormal' } },
      methods: ['asgd', 'ringleader-asgd'],
      stepsizes: [0.05, 0.1],
      budget: { updates: 200 },
    },
    { threads, onNotice: (text) => notices.push(text) },
  );
  const kernels = await loadKernels();
  return { digests: summary.map(({ digest }) => digest), one: kernels.exports.exp(0), notices };
}
