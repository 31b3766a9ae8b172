import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DenseDataset, Kernels, LoadedSamples } from '../../bindings/index.js';
import { GRADIENT_TOLERANCE, MeasuredNetwork, type Batches } from '../network.js';
import { residual } from '../reference.js';
import { againstTarget, markdownTable, median, threeDigits } from '../report.js';
import { BATCH_SIZES, NETWORK } from '../sizes.js';
import { timeFor, type Rounds } from './alternate.js';
import { amongPeers, Conversation, findPython } from './conversation.js';

interface Peer {
  readonly title: string;
  readonly module: string;
  readonly script: string;
  /** Ratio to reach per batch size. */
  readonly targets: Readonly<Record<number, number>>;
}

const PEERS: readonly Peer[] = [
  { title: 'NumPy', module: 'numpy', script: 'numpy_mlp.py', targets: { 1: 11, 4: 3.8, 16: 2.6, 32: 2.1, 64: 1.8, 256: 1.5 } },
  { title: 'PyTorch', module: 'torch', script: 'torch_mlp.py', targets: { 1: 15, 32: 3, 256: 1.5 } },
];

/** Median microseconds by variant: batches that lie ready, and batches gathered by index. */
type Answer = Record<string, { contiguous: number; gathered: number }>;

/** Gradients on the same batches in other processes, in turns with this one's. */
export async function nativeTables(
  kernels: Kernels, dataset: DenseDataset, samples: LoadedSamples, rounds: Rounds, python: string | undefined,
): Promise<string[]> {
  const network = new MeasuredNetwork(kernels, NETWORK, dataset, samples);
  const sizes = BATCH_SIZES.map((size) => network.batches(size));
  return amongPeers(async (folder, conversations) => {
    const contests: Contest[] = [];
    const write = (name: string, values: Float32Array | Uint32Array | Uint8Array): void => writeFileSync(join(folder, name), values);
    write('inputs.f32', dataset.train.inputs);
    write('labels.u8', dataset.train.labels);
    write('parameters.f32', network.parameters);
    for (const { size, indices } of sizes) write(`indices-${size}.u32`, indices);
    for (const peer of PEERS) {
      const interpreter = findPython(peer.module, python);
      if (interpreter === undefined) console.error(`No Python with ${peer.title} was found: its table is left out (--python names an interpreter).`);
      else {
        const contest = await Contest.begin(peer, interpreter, folder);
        conversations.push(contest.conversation);
        contests.push(contest);
      }
    }
    for (const contest of contests) for (const batches of sizes) await contest.check(batches);
    const answers = new Map<string, { ours: number; answer: Answer }[]>();
    for (let round = -1; round < rounds.rounds; round += 1) {
      for (const { size, next } of sizes) {
        for (const contest of contests) {
          const ours = await timeFor({ name: 'straggler', run: next }, rounds.milliseconds);
          const answer = await contest.conversation.ask<Answer>({ batch: size, seconds: rounds.milliseconds / 1000 });
          const key = `${contest.peer.title} ${size}`;
          if (round >= 0) answers.set(key, [...(answers.get(key) ?? []), { ours, answer }]); // the first round warms up
        }
      }
    }
    return contests.map((contest) => table(contest, sizes.map(({ size }) => [size, answers.get(`${contest.peer.title} ${size}`) ?? []])));
  });
}

function table({ peer, name, variants }: Contest, measured: readonly (readonly [size: number, rounds: readonly { ours: number; answer: Answer }[]])[]): string {
  const kinds = variants.flatMap((variant) => (['contiguous', 'gathered'] as const).map((kind) => ({ variant, kind })));
  const head = ['batch', 'Straggler µs', ...kinds.flatMap(({ variant, kind }) => [`${variant}, ${kind} µs`, 'ratio'])];
  const rows = measured.map(([size, rounds]) => [
    String(size),
    threeDigits(median(rounds.map(({ ours }) => ours))),
    ...kinds.flatMap(({ variant, kind }, column) => {
      const ratio = median(rounds.map(({ ours, answer }) => answer[variant]![kind] / ours));
      const target = column === 0 ? peer.targets[size] : undefined;
      return [threeDigits(median(rounds.map(({ answer }) => answer[variant]![kind]))), againstTarget(ratio, target)];
    }),
  ]);
  return `${name}\n\n${markdownTable(head, rows)}`;
}

/** A peer to compete with, in a process of its own. */
class Contest {
  variants: readonly string[] = [];

  private constructor(
    readonly peer: Peer,
    readonly conversation: Conversation,
    readonly folder: string,
  ) {}

  static async begin(peer: Peer, python: string, folder: string): Promise<Contest> {
    return new Contest(peer, await Conversation.begin(python, peer.script, [folder]), folder);
  }

  get name(): string {
    return this.conversation.name;
  }

  /** @throws Error when a variant's gradient of a batch is not the expected one. */
  async check({ size, steadyBatch, gradient }: Batches): Promise<void> {
    const stem = join(this.folder, this.peer.module);
    const row = steadyBatch();
    const expected = gradient(row);
    this.variants = await this.conversation.ask<string[]>({ batch: size, check: stem, row });
    for (const variant of this.variants) {
      const bytes = readFileSync(`${stem}-${variant}.f32`);
      const error = residual(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4), expected);
      if (!(error <= GRADIENT_TOLERANCE)) {
        throw new Error(`${this.name}, ${variant}: residual of the gradient at batch ${size} must be at most ${GRADIENT_TOLERANCE}, got ${error}`);
      }
    }
  }
}
