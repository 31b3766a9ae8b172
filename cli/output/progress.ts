import { readableDuration } from '../../figures/index.js';

export interface ProgressOptions {
  /** Number of runs (methods × stepsizes × seeds). */
  total: number;
  /** How many of them were over before; default 0. */
  known?: number;
  /** Default: the standard error, so that piped results stay clean. */
  stream?: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Show nothing but `log` lines. */
  quiet?: boolean;
  /** Milliseconds of any clock that does not run backwards. */
  now?: () => number;
  /** Milliseconds between lines where the stream is not a terminal; default 5000. */
  interval?: number;
}

export interface Progress {
  start(label: string): void;
  /** `fraction` of all runs together, in [0, 1]; `label` tells what is being run, such as `asgd γ=0.1 seed 1`. */
  update(fraction: number, label: string): void;
  /** Removes the bar. Calling it twice does no harm. */
  finish(): void;
  /** A line that stays, above the bar. */
  log(line: string): void;
}

const BAR = 24;
/** Milliseconds between redraws. */
const FRAME = 100;
const CLEAR = '\r\x1b[K';

/**
 * Shows how far an experiment is: on a terminal one bar with the time left, elsewhere a plain line every few seconds and at the end of
 * each run. The bar disappears at the end and on interruption.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { stream = process.stderr, quiet = false, now = () => performance.now() } = options;
  const log = (line: string): void => void stream.write(`${line}\n`);
  if (quiet) return { start: () => undefined, update: () => undefined, finish: () => undefined, log };
  return stream.isTTY === true ? barProgress(stream, options, now) : lineProgress(options, log, now, options.interval ?? 5000);
}

function barProgress(stream: NonNullable<ProgressOptions['stream']>, { total, known = 0 }: ProgressOptions, now: () => number): Progress {
  const estimate = timeLeft(now, known / total);
  let shown: string | undefined; // the line on the screen; undefined when there is no bar
  let drawn = 0;
  let label = '';
  const draw = (fraction: number): void => {
    const line = barLine(fraction, estimate.at(fraction), label, stream.columns || 80);
    drawn = now();
    if (line !== shown) stream.write(CLEAR + line);
    shown = line;
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    finish();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal); // nobody else handles it: die of it
  };
  const finish = (): void => {
    if (shown === undefined) return;
    shown = undefined;
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', interrupted);
    stream.write(CLEAR);
  };
  return {
    start(first) {
      finish();
      label = total > 1 ? `${first} (${total} runs)` : first;
      estimate.restart();
      process.once('SIGINT', interrupted);
      process.once('SIGTERM', interrupted);
      draw(known / total);
    },
    update(fraction, next) {
      if (shown === undefined || now() - drawn < FRAME) return;
      label = next;
      draw(fraction);
    },
    finish,
    log: (line) => void stream.write(shown === undefined ? `${line}\n` : `${CLEAR}${line}\n${shown}`),
  };
}

function lineProgress({ total, known = 0 }: ProgressOptions, log: (line: string) => void, now: () => number, interval: number): Progress {
  const estimate = timeLeft(now, known / total);
  let last = -Infinity;
  let runs = known;
  let label = '';
  const line = (fraction: number): void => {
    last = now();
    const left = estimate.at(fraction);
    log(`${percentage(fraction)} ${label}${left === '' ? '' : `, ${left}`}`);
  };
  return {
    start(first) {
      label = first;
      runs = known;
      estimate.restart();
      line(known / total);
    },
    update(fraction, next) {
      const finished = Math.floor(fraction * total + 1e-9);
      if (finished > runs) {
        runs = finished;
        // Exactly at the end of a run its own label comes along; beyond it the run has ended early, and the label is of the next one.
        if (fraction * total - finished < 1e-6) label = next;
        line(fraction);
        label = next;
        return;
      }
      label = next;
      if (now() - last >= interval) line(fraction);
    },
    finish: () => undefined,
    log,
  };
}

/** Cut to one column less than the terminal: what is left out first is the bar, then the end of the label. */
function barLine(fraction: number, left: string, label: string, columns: number): string {
  const filled = Math.round(fraction * BAR);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} `;
  const text = `${percentage(fraction)}${left === '' ? '' : `  ${left}`}  ${label}`;
  return (bar.length + text.length < columns ? bar + text : text).slice(0, Math.max(0, columns - 1));
}

function percentage(fraction: number): string {
  return `${Math.floor(100 * Math.min(1, Math.max(0, fraction)) + 1e-9)}%`.padStart(4);
}

/** Extrapolates the time since the start; says nothing before 2 % or a second have passed. @param before The share that was done then. */
function timeLeft(now: () => number, before: number): { restart(): void; at(fraction: number): string } {
  let start = now();
  return {
    restart: () => void (start = now()),
    at(fraction) {
      const seconds = (now() - start) / 1000;
      const done = fraction - before;
      if (done < 0.02 * (1 - before) || fraction >= 1 || seconds < 1) return '';
      return `${readableDuration((seconds * (1 - fraction)) / done)} left`;
    },
  };
}
