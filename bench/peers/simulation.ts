import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadKernels } from '../../bindings/index.js';
import type { DenseDataset, Kernels } from '../../bindings/index.js';
import { residual } from '../reference.js';
import { againstTarget, markdownTable, median, showStatus } from '../report.js';
import { simulate, THREAD_COUNTS, timeStretch, updatesWithin } from '../simulation/contestant.js';
import type { OwnSimulation, SimulationContestant } from '../simulation/contestant.js';
import { divide, NETWORK_SIZES, networkSetting, QUADRATIC_SIZES, quadraticSetting } from '../simulation/settings.js';
import type { SimulationSetting } from '../simulation/settings.js';
import type { Rounds } from './alternate.js';
import { amongPeers, Conversation, findPython } from './conversation.js';

const SCRIPT = 'numpy_simulation.py';
/** Arrivals and updates that are compared before anything is timed, and how closely models must agree. */
const COMPARED = { arrivals: 1000, updates: 200, tolerance: 1e-9 };
/** Share of ASGD's gradients per second that Ringleader ASGD must reach. */
const RINGLEADER_TARGET = 0.85;

/** The same for one thread, and for several with the memory that they share. */
interface Settings {
  readonly single: SimulationSetting;
  readonly several: SimulationSetting;
}

function contestants({ single, several }: Settings, method: string): Promise<OwnSimulation[]> {
  return Promise.all(THREAD_COUNTS.map((threads) => simulate(threads === 1 ? single : several, method, threads)));
}

/** What both sides simulate. */
interface Race {
  readonly name: string;
  readonly settings: Settings;
  /** What NumPy is asked to simulate. */
  readonly request: object;
  /** Ratio to reach by the number of threads. */
  readonly targets: Readonly<Record<number, number>>;
}

/** ASGD here and in NumPy in turns, and Ringleader ASGD beside ASGD. */
export async function simulationTables(kernels: Kernels, dataset: DenseDataset, rounds: Rounds, python: string | undefined): Promise<string[]> {
  const interpreter = findPython('numpy', python);
  if (interpreter === undefined) console.error('No Python with NumPy was found: its simulations are left out (--python names an interpreter).');
  const divided = divide(kernels, dataset, 'iid');
  // Several threads need shared memory.
  const shared = await loadKernels({ variant: kernels.variant, shared: true });
  const sharedData = divide(shared, dataset, 'iid');
  const networks = new Map(NETWORK_SIZES.batches.map((batch) => [batch, { single: networkSetting(kernels, divided, batch), several: networkSetting(shared, sharedData, batch) }]));
  const races: Race[] = [
    ...NETWORK_SIZES.batches.map((batch) => ({
      name: `network, n = ${NETWORK_SIZES.workers}, batch ${batch}`,
      settings: networks.get(batch)!,
      request: { simulate: 'network', batch },
      targets: batch === 1 ? { 1: 8 } : { 1: 2.6, 2: 4.8 },
    })),
    {
      name: `quadratic, d = ${QUADRATIC_SIZES.dimension}, n = ${QUADRATIC_SIZES.workers}`,
      settings: { single: quadraticSetting(kernels, QUADRATIC_SIZES), several: quadraticSetting(shared, QUADRATIC_SIZES) },
      request: { simulate: 'quadratic' },
      targets: { 1: 5 },
    },
  ];
  try {
    return await amongPeers(async (folder, conversations) => {
      if (interpreter !== undefined) {
        writeData(folder, dataset, divided.parts, networks.get(NETWORK_SIZES.batches[0])!.single);
        for (const threads of ['one', 'all']) conversations.push(await Conversation.begin(interpreter, SCRIPT, [folder, '--threads', threads]));
        await checkArrivals(conversations[0]!, kernels);
        await checkModel(conversations[0]!, kernels, folder);
      }
      const tables: string[] = [];
      if (conversations.length > 0) tables.push(await raceTable(races, conversations, rounds));
      tables.push(await ringleaderTable([...networks], rounds));
      return tables;
    });
  } finally {
    for (const { settings } of races) for (const { problem } of Object.values(settings) as SimulationSetting[]) problem.dispose();
  }
}

function writeData(folder: string, { train }: DenseDataset, parts: readonly Uint32Array[], { problem }: SimulationSetting): void {
  const write = (name: string, values: Uint8Array | Uint32Array | Float32Array | Float64Array): void => writeFileSync(join(folder, name), values);
  write('inputs.f32', train.inputs);
  write('labels.u8', train.labels);
  const start = problem.initial();
  write('parameters.f32', start.view().slice());
  start.release();
  write('order.u32', Uint32Array.from(parts.flatMap((samples) => Array.from(samples))));
  write('sizes.u32', Uint32Array.from(parts, (samples) => samples.length));
}

/** @throws Error when the two sides disagree about who arrives when. */
async function checkArrivals(conversation: Conversation, kernels: Kernels): Promise<void> {
  const expected = await conversation.ask<[worker: number, time: number][]>({ arrivals: COMPARED.arrivals, workers: QUADRATIC_SIZES.workers });
  const setting = quadraticSetting(kernels, { ...QUADRATIC_SIZES, dimension: 1, noise: 0 });
  const { simulation, dispose } = await simulate(setting, 'asgd');
  const gradients = new Array<number>(QUADRATIC_SIZES.workers).fill(0);
  expected.forEach(([worker, time], k) => {
    simulation.advance();
    const arrived = simulation.workerStatistics().gradients.findIndex((count, i) => count !== gradients[i]);
    gradients[arrived] = gradients[arrived]! + 1;
    if (arrived !== worker || simulation.time !== time) {
      throw new Error(`simulation: arrival ${k} must be of worker ${worker} at ${time}, as in NumPy, got worker ${arrived} at ${simulation.time}`);
    }
  });
  await dispose();
  setting.problem.dispose();
}

/** @throws Error when the models of the quadratic without noise differ. */
async function checkModel(conversation: Conversation, kernels: Kernels, folder: string): Promise<void> {
  const file = join(folder, 'model.f64');
  await conversation.ask({ model: file, workers: QUADRATIC_SIZES.workers, updates: COMPARED.updates });
  const bytes = readFileSync(file);
  const setting = quadraticSetting(kernels, { ...QUADRATIC_SIZES, noise: 0 });
  const own = await simulate(setting, 'asgd');
  await own.advance(COMPARED.updates);
  const error = residual(own.simulation.model.view(), new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
  await own.dispose();
  setting.problem.dispose();
  if (!(error <= COMPARED.tolerance)) throw new Error(`simulation: the models after ${COMPARED.updates} updates must agree to ${COMPARED.tolerance}, got ${error}`);
}

function withNumpy(conversation: Conversation, name: string, request: object): SimulationContestant {
  return {
    name,
    threads: 1,
    advance: async (updates) => {
      const [seconds, processor] = await conversation.ask<[seconds: number, processor: number]>({ ...request, updates });
      return { seconds, processor, updates, gradients: updates, events: updates };
    },
  };
}

/** Median rates of contestants in turns, and the rounds' rates, by name and threads. */
async function alternateSimulations(
  contestants: readonly SimulationContestant[], { rounds, milliseconds }: Rounds, what: 'updates' | 'gradients', least = 1,
): Promise<Map<SimulationContestant, number[]>> {
  const rates = new Map<SimulationContestant, number[]>();
  const counts: number[] = [];
  for (const contestant of contestants) counts.push(await updatesWithin(contestant, milliseconds / 1000, least));
  for (let round = 0; round < rounds; round += 1) {
    const turns = contestants.map((contestant, k) => ({ contestant, updates: counts[k]! }));
    for (const { contestant, updates } of round % 2 === 0 ? turns : turns.reverse()) {
      const stretch = await timeStretch(contestant, updates);
      rates.set(contestant, [...(rates.get(contestant) ?? []), stretch[what] / stretch.seconds]);
    }
  }
  return rates;
}

function perSecond(rates: readonly number[]): string {
  return Math.round(median(rates)).toLocaleString('en');
}

async function raceTable(races: readonly Race[], [single, several]: readonly Conversation[], rounds: Rounds): Promise<string> {
  const rows: string[][] = [];
  for (const { name, settings, request, targets } of races) {
    showStatus(`measuring ${name} …`);
    const own = await contestants(settings, 'asgd');
    const numpy = withNumpy(single!, 'NumPy', request);
    const all = withNumpy(several!, 'NumPy, all threads', request);
    const rates = await alternateSimulations([numpy, ...own, all], rounds, 'updates');
    for (const contestant of own) {
      const ratio = (peer: SimulationContestant): number => median(rates.get(contestant)!.map((rate, round) => rate / rates.get(peer)![round]!));
      rows.push([
        name, String(contestant.threads), perSecond(rates.get(contestant)!), perSecond(rates.get(numpy)!),
        againstTarget(ratio(numpy), targets[contestant.threads]), perSecond(rates.get(all)!), againstTarget(ratio(all)),
      ]);
      await contestant.dispose();
    }
  }
  showStatus('');
  const head = ['ASGD, updates/s', 'threads', 'Straggler', 'NumPy', 'ratio', 'NumPy, all BLAS threads', 'ratio'];
  return `${markdownTable(head, rows)}\n\n${single!.name}.`;
}

async function ringleaderTable(networks: readonly (readonly [batch: number, settings: Settings])[], rounds: Rounds): Promise<string> {
  const rows: string[][] = [];
  for (const [batch, settings] of networks) {
    showStatus(`measuring Ringleader ASGD, batch ${batch} …`);
    const [all, ringleaders] = [await contestants(settings, 'asgd'), await contestants(settings, 'ringleader-asgd')];
    for (const [k, ringleader] of ringleaders.entries()) {
      const asgd = all[k]!;
      const rates = await alternateSimulations([asgd, ringleader], rounds, 'gradients', NETWORK_SIZES.workers);
      const share = median(rates.get(ringleader)!.map((rate, round) => rate / rates.get(asgd)![round]!));
      rows.push([
        `network, n = ${NETWORK_SIZES.workers}, batch ${batch}`, String(ringleader.threads),
        perSecond(rates.get(ringleader)!), perSecond(rates.get(asgd)!), againstTarget(share, RINGLEADER_TARGET),
      ]);
      await Promise.all([asgd.dispose(), ringleader.dispose()]);
    }
  }
  showStatus('');
  return markdownTable(['Straggler, gradients/s', 'threads', 'Ringleader ASGD', 'ASGD', 'ratio'], rows);
}
