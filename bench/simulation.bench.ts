/** Updates, gradients and events per second of simulations: npm run bench:simulation. */
import { InputError, loadDataset, loadKernels } from '../bindings/index.js';
import type { Kernels } from '../bindings/index.js';
import { readSeconds, readVariant, runProgram } from './arguments.js';
import { againstTarget, machine, markdownTable, median, showStatus } from './report.js';
import { simulate, THREAD_COUNTS, timeStretch, updatesWithin } from './simulation/contestant.js';
import type { Stretch } from './simulation/contestant.js';
import { divide, engineSetting, NETWORK_SIZES, networkSetting, QUADRATIC_SIZES, quadraticSetting } from './simulation/settings.js';
import type { SimulationSetting } from './simulation/settings.js';

const SECONDS = 0.3;
const REPEATS = 7;
/** Events per second of the bare engine that must be reached, by the number of workers. */
const ENGINE_TARGETS: Readonly<Record<number, number>> = { 100: 1_000_000, 100_000: 400_000 };
const USAGE = `Usage: npm run bench:simulation -- [words] [options]

Measures whole simulations, or those whose names contain one of the words:
updates, gradients and events per second of real time, medians of ${REPEATS} stretches
after a warm-up, without evaluations. An event is the end of a gradient
or the arrival of a message.

  --data name         digits (default), mnist, fashion-mnist or a folder
  --kernels simd|fma  which build to measure (default simd)
  --seconds number    how long to measure each time (default ${SECONDS})

Examples:
  npm run bench:simulation -- engine
  npm run bench:simulation -- 'batch 32' quadratic --data mnist`;

/** A simulation to be measured. */
interface SimulationCase {
  readonly name: string;
  readonly method: string;
  readonly setting: () => SimulationSetting;
  /** Updates that belong together. */
  readonly least?: number;
  /** Whether there is nothing that other threads could compute. */
  readonly alone?: boolean;
  /** Events per second to reach. */
  readonly target?: number | undefined;
}

await runProgram(USAGE, ['data', 'kernels', 'seconds'], async ({ words, options }) => {
  const seconds = readSeconds(options['seconds'], SECONDS);
  const variant = readVariant(options['kernels']);
  const wanted = ({ name, method }: { name: string; method: string }): boolean =>
    words.length === 0 || words.some((word) => `${name} ${method}`.toLowerCase().includes(word.toLowerCase()));
  // Several threads need shared memory.
  const cases = await Promise.all(THREAD_COUNTS.map(async (threads) => {
    const kernels = await loadKernels({ variant, shared: threads > 1 });
    const all = [...(await networkCases(kernels, options['data'] ?? 'digits')), ...quadraticCases(kernels), ...engineCases(kernels)];
    return all.filter(wanted);
  }));
  if (cases[0]!.length === 0) throw new InputError('bench:simulation', 'words', "be part of a simulation's name, such as network, batch, quadratic, engine or asgd", words.join(' '));
  console.log(`${machine()}, ${variant} kernels; medians of ${REPEATS} stretches of ${seconds} s\n`);
  const rows: string[][] = [];
  for (const place of cases[0]!.keys()) {
    for (const [column, threads] of THREAD_COUNTS.entries()) {
      const entry = cases[column]![place]!;
      if (threads > 1 && entry.alone === true) continue;
      showStatus(`measuring ${entry.name}, ${entry.method}, ${threads} thread${threads > 1 ? 's' : ''} …`);
      rows.push(await measure(entry, threads, seconds));
    }
  }
  showStatus('');
  console.log(markdownTable(['simulation', 'method', 'threads', 'updates/s', 'gradients/s', 'events/s', 'of those to reach'], rows));
});

async function networkCases(kernels: Kernels, data: string): Promise<SimulationCase[]> {
  const divided = divide(kernels, await loadDataset(kernels, data), 'dirichlet');
  const { workers, hidden, batches } = NETWORK_SIZES;
  const { features, classes } = divided.loaded.dataset;
  return batches.flatMap((batch) =>
    ['asgd', 'ringleader-asgd'].map((method) => ({
      name: `network ${features}-${hidden}-${classes}, batch ${batch}, n = ${workers}`,
      method,
      setting: () => networkSetting(kernels, divided, batch),
      least: workers,
    })),
  );
}

function quadraticCases(kernels: Kernels): SimulationCase[] {
  const { workers, dimension } = QUADRATIC_SIZES;
  return [{ name: `quadratic d = ${dimension} with noise, n = ${workers}`, method: 'asgd', setting: () => quadraticSetting(kernels, QUADRATIC_SIZES) }];
}

/** The engine without gradients to speak of. */
function engineCases(kernels: Kernels): SimulationCase[] {
  const name = (count: number): string => `engine alone, n = ${count.toLocaleString('en')}`;
  return [
    ...[100, 10_000, 100_000].map((count) => ({ name: name(count), method: 'asgd', setting: () => engineSetting(kernels, count), alone: true, target: ENGINE_TARGETS[count] })),
    { name: `${name(100)}, latency 1`, method: 'asgd', setting: () => engineSetting(kernels, 100, 1), alone: true },
    { name: `${name(100)}, worker half`, method: 'dude-asgd', setting: () => engineSetting(kernels, 100), alone: true },
    { name: `${name(100)}, latency 1, overlap`, method: 'loscar-sgd', setting: () => engineSetting(kernels, 100, 1, { overlap: true }), alone: true },
  ];
}

/** A row of the table. */
async function measure({ name, method, setting, least, target }: SimulationCase, threads: number, seconds: number): Promise<string[]> {
  const given = setting();
  const contestant = await simulate(given, method, threads);
  try {
    const updates = await updatesWithin(contestant, seconds, least);
    const stretches: Stretch[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) stretches.push(await timeStretch(contestant, updates));
    const rate = (what: 'updates' | 'gradients' | 'events'): number => median(stretches.map((stretch) => stretch[what] / stretch.seconds));
    const cells = (['updates', 'gradients', 'events'] as const).map((what) => Math.round(rate(what)).toLocaleString('en'));
    return [name, method, String(threads), ...cells, target === undefined ? '' : againstTarget(rate('events') / target, 1)];
  } finally {
    await contestant.dispose();
    given.problem.dispose();
  }
}
