import { InvalidArgumentError, Option, type Command } from 'commander';
import pc from 'picocolors';
import { Bench } from 'tinybench';
import { digits, KERNEL_VARIANTS, kernelBenchmarks, LoadedDataset, loadKernels, StragglerError } from '../../bindings/index.js';
import type { KernelBenchmark, KernelVariant } from '../../bindings/index.js';
import { readableNumber, readablePercentage } from '../../figures/index.js';
import { colourAllowed, terminalWidth } from '../output/style.js';
import { plainTable } from '../output/table.js';

/** Length of the longest bar, in characters; without room for the least there are none. */
const BAR = { most: 24, least: 4 };
/** Columns to fit where the output is no terminal. */
const COLUMNS = 80;
/** Share of an entry's time that goes to warming up: V8 optimises a kernel after a few calls. */
const WARM_UP = 0.25;

const HELP = `
Rates are medians. "Of peak" compares arithmetic with a loop that multiplies and
adds in registers only, and vectors with memory.copy, measured in the same run.
The MLP is 784-128-10; its sparse gradients are of the built-in digits, and count
operations with non-zero inputs only. The machine's state can swing results by half: compare builds in
alternation, not from single runs.

Examples:
  $ straggler bench
  $ straggler bench --seconds 30
  $ straggler bench --kernels fma
  $ straggler bench --json`;

interface BenchOptions {
  seconds: number;
  kernels: KernelVariant;
  json?: true;
}

/** What `--json` prints per entry. */
export interface Measurement {
  name: string;
  unit: KernelBenchmark['unit'];
  /** Median, in `unit`. */
  rate: number;
  /** Median time of a call. */
  microseconds: number;
  /** Calls that were timed. */
  calls: number;
  /** Rate as a fraction of what bounds it: the peak loop for arithmetic, memory.copy for vectors; null where nothing does. */
  ofPeak: number | null;
}

/** Adds `straggler bench`. */
export function registerBench(program: Command): void {
  program
    .command('bench')
    .summary('measure the kernels on this machine')
    .description('Measures the WebAssembly kernels on this machine, at the sizes that matter in simulations.')
    .option('--seconds <number>', 'how long to measure in total', parseSeconds, 10)
    .addOption(new Option('--kernels <variant>', 'which build to measure').choices(KERNEL_VARIANTS).default('simd'))
    .option('--json', 'print as JSON')
    .addHelpText('after', HELP)
    .action(async (options: BenchOptions) => {
      const kernels = await loadKernels({ variant: options.kernels });
      const measurements = measure(kernelBenchmarks(kernels, new LoadedDataset(kernels, digits(kernels)).train), options.seconds);
      console.log(options.json === true ? JSON.stringify(measurements, null, 2) : report(measurements, colourAllowed(), process.stdout.isTTY ? terminalWidth() : COLUMNS));
    });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600)) throw new InvalidArgumentError('It must be a number of seconds greater than 0, at most 3600.');
  return seconds;
}

/** Times every entry for its share of the time. */
function measure(entries: readonly KernelBenchmark[], seconds: number): Measurement[] {
  const share = (1000 * seconds) / entries.length;
  const rates = entries.map((entry) => {
    showStatus(`measuring ${entry.name} …`);
    const bench = new Bench({ time: share * (1 - WARM_UP), warmupTime: share * WARM_UP, warmupIterations: 5, iterations: 5, throws: true });
    bench.add(entry.name, () => {
      entry.run();
    });
    const [task] = bench.runSync();
    if (task?.result.state !== 'completed') throw new StragglerError(`bench: '${entry.name}' must run to its end, got ${task?.result.state ?? 'nothing'}`);
    const milliseconds = task.result.latency.p50;
    const perSecond = entry.work / (milliseconds / 1000);
    return { entry, milliseconds, calls: task.runs, rate: perSecond / (entry.unit === 'M/s' ? 1e6 : 1e9) };
  });
  showStatus('');
  const rateOf = (name: string | undefined): number | undefined => rates.find(({ entry }) => entry.name === name)?.rate;
  return rates.map(({ entry: { name, unit, yardstick }, milliseconds, calls, rate }) => ({
    name,
    unit,
    rate,
    microseconds: 1000 * milliseconds,
    calls,
    ofPeak: yardstick === undefined ? null : rate / rateOf(yardstick)!,
  }));
}

/** Shows what is being measured, on a terminal only; the empty text clears the line. */
function showStatus(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** A table that fits `width` columns: the bars are as long as there is room. */
export function report(measurements: readonly Measurement[], colour: boolean, width: number): string {
  const bare = reportTable(measurements, colour, 0);
  const room = width - 2 - Math.max(...bare.split('\n').map((line) => line.replace(/\u001b\[\d+m/g, '').length));
  return room < BAR.least ? bare : reportTable(measurements, colour, Math.min(BAR.most, room));
}

function reportTable(measurements: readonly Measurement[], colour: boolean, longestBar: number): string {
  const colours = pc.createColors(colour);
  const rows = measurements.map(({ name, unit, rate, microseconds, ofPeak }) => {
    // Bars compare entries of one unit.
    const longest = Math.max(...measurements.filter((other) => other.unit === unit).map((other) => other.rate));
    return [
      name,
      `${readableNumber(Number(rate.toPrecision(3)))} ${unit.padEnd(7)}`,
      ...(longestBar > 0 ? [colours.cyan(bar(rate / longest, longestBar))] : []),
      ofPeak === null ? '' : readablePercentage(ofPeak),
      `${readableNumber(Number(microseconds.toPrecision(3)))} µs`,
    ];
  });
  return plainTable(['kernel', 'rate   ', ...(longestBar > 0 ? [''] : []), 'of peak', 'per call'], rows);
}

/** A bar for a fraction in [0, 1], to an eighth of a character, padded to full length. */
function bar(fraction: number, length: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * length * 8);
  const rest = eighths % 8;
  return ('█'.repeat(Math.floor(eighths / 8)) + (rest > 0 ? String.fromCharCode(0x2590 - rest) : '')).padEnd(length);
}
