import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KillOptions {
  /** The built command line, `dist/cli/main.js`. */
  readonly main: string;
  /** How often to kill. */
  readonly kills: number;
  /** Of the moments. */
  readonly seed: number;
  /** Milliseconds that a process lives, at least and at most; now and then it lives so much longer. */
  readonly life: { readonly least: number; readonly most: number; readonly longer: number };
  /** Gradients of runs that are longer than the others; 0: there are none. */
  readonly longRun: number;
  readonly log: (line: string) => void;
}

/** When a process is killed: after a time, or after that as soon as a run is written down or the results are. */
type Moment = 'time' | 'outcome' | 'results';

export interface KillReport {
  /** Processes that were killed, by the moment that was chosen. */
  readonly killed: Readonly<Record<Moment, number>>;
  /** Studies that were finished and compared. */
  readonly studies: number;
  /** Runs that were known when a process was started, over all processes: none of them was lost or run again. */
  readonly kept: number;
  /** Journals with a torn line that were repaired. */
  readonly torn: number;
  /** What is wrong; empty when all is well. */
  readonly faults: readonly string[];
}

/** Options of the studies: they take turns. */
const VARIANTS = [['traced.yaml', '--trace', '--theory'], ['long.yaml']] as const;

/**
 * Starts a study, kills it with SIGKILL at random moments, goes on with `--resume` until it is finished, and compares every file with that of a
 * study that was left alone; again until it has killed often enough.
 */
export async function killStudies({ main, kills, seed, life, longRun, log }: KillOptions): Promise<KillReport> {
  const home = mkdtempSync(join(tmpdir(), 'straggler-kill-'));
  writeFileSync(join(home, 'traced.yaml'), studyText(0));
  writeFileSync(join(home, 'long.yaml'), studyText(longRun));
  const random = generator(seed);
  const killed = { time: 0, outcome: 0, results: 0 };
  const faults: string[] = [];
  const fault = (): boolean => faults.length > 0;
  let [studies, kept, torn] = [0, 0, 0];
  const total = (): number => killed.time + killed.outcome + killed.results;
  const run = (args: readonly string[], until?: (alive: number) => boolean): Promise<Ended> => startProcess(main, home, args, until);

  try {
    for (const [number, variant] of VARIANTS.entries()) {
      const { code, stderr } = await run(['run', ...variant, '--threads', '1', '--out', `reference-${number}`]);
      if (code !== 0) throw new Error(`The study that is left alone ends with ${code}: ${stderr}`);
    }
    while (total() < kills && !fault()) {
      const number = studies % VARIANTS.length;
      const folder = join(home, `study-${studies}`);
      const reference = join(home, `reference-${number}`);
      const begin = ['run', ...VARIANTS[number]!, '--threads', '2', '--out', folder];
      for (;;) {
        const before = journalOf(folder);
        kept += before.runs.length;
        const moment = (['time', 'outcome', 'results'] as const)[Math.floor(3 * random())]!;
        const delay = life.least + (life.most - life.least) * random() + (random() < 0.2 ? life.longer * random() : 0);
        const last = total() >= kills;
        const args = existsSync(join(folder, 'experiment.json')) ? ['run', '--resume', folder, '--threads', '2'] : begin;
        const ended = await run(args, last ? undefined : trigger(moment, delay, folder));
        if (ended.signal === 'SIGKILL') killed[moment] += 1;
        else if (ended.code !== 0) faults.push(`${args.join(' ')} ends with ${ended.code}: ${ended.stderr}`);
        if (before.torn && !ended.stderr.includes('is incomplete or damaged') && ended.signal === null) faults.push('The torn line was not reported.');
        if (fault()) break;
        if (ended.signal === null) {
          faults.push(...differences(folder, reference), ...runAgain(folder, before.runs));
          break;
        }
        if (existsSync(join(folder, 'unfinished', 'plan.json'))) {
          faults.push(...lost(before, journalOf(folder)));
          if (random() < 0.2 && tear(folder)) torn += 1;
        }
        log(`${total()} of ${kills} kills (${moment}, after ${Math.round(delay)} ms): ${journalOf(folder).runs.length} runs of study ${studies + 1} are known`);
        if (fault()) break;
      }
      if (!fault()) {
        studies += 1;
        rmSync(folder, { recursive: true });
      }
    }
  } finally {
    if (!fault()) rmSync(home, { recursive: true });
    else log(`Everything is in ${home}`);
  }
  return { killed, studies, kept, torn, faults };
}

/** Of every run. */
const UPDATES = 3000;

/** Runs of about a tenth of a second, one that may be longer, one that diverges (NaN and ∞ in its records). */
function studyText(longRun: number): string {
  return `name: killed
seeds: [1, 2, 3]
problem: { kind: quadratic, form: random, dimension: 80, noise: 0.1 }
workers: { count: 10, computation: { kind: linear } }
methods:
  - { name: asgd, stepsize: [0.01, 0.03, 1e30] }
  - { name: ringleader-asgd, stepsize: [0.03] }
  - { name: minibatch-sgd, stepsize: [0.03] }
${longRun > 0 ? `  - { name: malenia-sgd, stepsize: [0.03], batchTarget: ${longRun / UPDATES} }\n` : ''}budget: { updates: ${UPDATES} }
evaluate: { updates: 200 }
target: { gradientNormSquared: 1e-3 }
`;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Runs the command line; kills it once `until` holds, which is asked about every millisecond. */
function startProcess(main: string, cwd: string, args: readonly string[], until?: (alive: number) => boolean): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    const timer = setInterval(() => {
      if (until?.(performance.now() - began) === true) child.kill('SIGKILL');
    }, 1);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject).on('close', (code, signal) => {
      clearInterval(timer);
      resolve({ code, signal, stderr });
    });
  });
}

function trigger(moment: Moment, delay: number, folder: string): (alive: number) => boolean {
  const journal = join(folder, 'unfinished', 'runs.jsonl');
  const size = (): number => statSync(journal, { throwIfNoEntry: false })?.size ?? 0;
  const results = (): boolean => ['metrics.jsonl', 'workers.jsonl', 'summary.json', 'figure.svg'].some((name) => existsSync(join(folder, `${name}.tmp`)));
  let known: number | undefined;
  return (alive) => {
    if (moment === 'results') return results() || alive > 4 * delay;
    if (alive < delay) return false;
    if (moment === 'time') return true;
    known ??= size();
    return size() !== known || alive > 2 * delay;
  };
}

interface KnownRun {
  readonly index: number;
  readonly wallSeconds: number;
}

interface KnownRuns {
  /** The whole lines. */
  readonly text: string;
  readonly runs: readonly KnownRun[];
  readonly torn: boolean;
}

/** What a journal holds, read without the program that is tested. */
function journalOf(folder: string): KnownRuns {
  const path = join(folder, 'unfinished', 'runs.jsonl');
  const content = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const text = content.slice(0, content.lastIndexOf('\n') + 1);
  const lines = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { outcome: { index: number; summary: { wallSeconds: number } } });
  return { text, runs: lines.map(({ outcome }) => ({ index: outcome.index, wallSeconds: outcome.summary.wallSeconds })), torn: content !== text };
}

/** Everything that was written down must still be there, first, and no run twice. */
function lost(before: KnownRuns, after: KnownRuns): string[] {
  const indices = after.runs.map(({ index }) => index);
  return [
    ...(after.text.startsWith(before.text) ? [] : ['Runs that were written down are lost or changed.']),
    ...(new Set(indices).size === indices.length ? [] : ['A run was run again.']),
  ];
}

/** The real times of runs that were known stay: they were not measured again. */
function runAgain(folder: string, known: readonly KnownRun[]): string[] {
  const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as { wallSeconds: number }[];
  return known.filter(({ index, wallSeconds }) => summary[index]!.wallSeconds !== wallSeconds).map(({ index }) => `Run ${index} was known and run again.`);
}

/** Appends half a line, as a power cut may leave it. @returns Whether there was a line to take. */
function tear(folder: string): boolean {
  const line = journalOf(folder).text.split('\n').at(-2);
  if (line === undefined || journalOf(folder).torn) return false;
  appendFileSync(join(folder, 'unfinished', 'runs.jsonl'), line.slice(0, line.length >> 1));
  return true;
}

function differences(folder: string, reference: string): string[] {
  const [names, expected] = [readdirSync(folder).sort(), readdirSync(reference).sort()];
  if (names.join() !== expected.join()) return [`The folder holds ${names.join(', ')} instead of ${expected.join(', ')}.`];
  const content = (path: string): string => {
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
    return path.endsWith('summary.json') ? readFileSync(path, 'utf8').replaceAll(/"wallSeconds":[^,}]+/g, '') : hash;
  };
  return names.filter((name) => content(join(folder, name)) !== content(join(reference, name))).map((name) => `${name} differs.`);
}

/** Numbers in [0, 1), each a function of the seed and of how many were drawn before. */
function generator(seed: number): () => number {
  let counter = 0;
  return () => {
    counter += 1;
    let bits = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(counter, 0x9e37_79b1);
    bits = Math.imul(bits ^ (bits >>> 16), 0x7feb_352d);
    bits = Math.imul(bits ^ (bits >>> 15), 0x846c_a68b);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}
