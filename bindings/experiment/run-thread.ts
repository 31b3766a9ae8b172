import { nextTask } from '#platform';
import type { EncodedError } from '../threads/error-codec.js';
import { encodeError } from '../threads/error-codec.js';
import type { ThreadPort } from '../threads/port.js';
import type { Checkpoint } from './checkpoints.js';
import { buffersIn } from './checkpoints.js';
import type { Unit } from './planner.js';
import type { MetricsRecord, RunOutcome, TraceRecord } from './records.js';
import type { ResolvedExperiment } from './resolve.js';
import { LocalSeat } from './seat.js';
import type { UnitEvents } from './unit.js';

/** Records are posted in parts of at most this many, */
const MOST_RECORDS = 2000;
/** and a unit pauses while more parts than this are on their way, so that they do not fill the memory. */
const MOST_PARTS = 4;

/** The first message to a thread that runs units. */
export interface RunsRole {
  readonly role: 'runs';
  readonly experiment: ResolvedExperiment;
}

/** What such a thread is told. */
export type RunCommand =
  | { readonly do: 'run'; readonly unit: Unit; readonly later: readonly number[]; readonly trace: boolean; readonly checkpoints: boolean }
  | { readonly do: 'grant'; readonly threads: number }
  | { readonly do: 'abort' }
  /** Records have been handed on. */
  | { readonly do: 'send more' };

/** What happened since the last message, in order per list. */
export interface RecordsPart {
  readonly tell: 'records';
  readonly metrics: readonly (readonly [record: MetricsRecord, run: number])[];
  readonly trace: readonly (readonly [record: TraceRecord, run: number])[];
}

/** What it tells. */
export type RunReport =
  | RecordsPart
  | { readonly tell: 'ready' }
  | { readonly tell: 'progress'; readonly run: number; readonly underWay: number }
  | { readonly tell: 'outcome'; readonly outcome: RunOutcome }
  | { readonly tell: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly tell: 'need'; readonly bytes: number }
  | { readonly tell: 'notice'; readonly text: string }
  | { readonly tell: 'done' }
  | { readonly tell: 'failed'; readonly error: EncodedError };

/** Runs units of an experiment for the thread that started this one. */
export function serveRuns(port: ThreadPort, { experiment }: RunsRole): void {
  const post = (report: RunReport, transfer?: readonly ArrayBuffer[]): void => port.post(report, transfer);
  const records = new RecordPost(post);
  const seat = new LocalSeat(experiment, {}, true, async () => {
    records.flush();
    await nextTask();
    await records.room();
  });
  port.onMessage((message) => {
    const command = message as RunCommand;
    switch (command.do) {
      case 'run': {
        const { unit, later, trace, checkpoints } = command;
        seat.run(unit, later, eventsFor(post, records, trace, checkpoints)).then(
          () => post({ tell: 'done' }),
          (error: unknown) => post({ tell: 'failed', error: encodeError(error) }),
        );
        return;
      }
      case 'grant':
        return seat.grant(command.threads);
      case 'abort':
        return seat.abort();
      case 'send more':
        return records.received();
    }
  });
  post({ tell: 'ready' });
}

function eventsFor(post: (report: RunReport, transfer?: readonly ArrayBuffer[]) => void, records: RecordPost, trace: boolean, checkpoints: boolean): UnitEvents {
  return {
    onMetrics: (record, run) => records.metrics(record, run),
    ...(trace ? { onTrace: (record: TraceRecord, run: number) => records.trace(record, run) } : {}),
    onProgress: (run, underWay) => post({ tell: 'progress', run, underWay }),
    onNeed: (bytes) => post({ tell: 'need', bytes }),
    onNotice: (text) => post({ tell: 'notice', text }),
    onOutcome: (outcome) => {
      records.flush();
      post({ tell: 'outcome', outcome });
    },
    ...(checkpoints ? { onCheckpoint: (checkpoint: Checkpoint) => post({ tell: 'checkpoint', checkpoint }, buffersIn(checkpoint)) } : {}),
  };
}

/** Posts records in parts, and knows how many of these are on their way. */
class RecordPost {
  readonly #post: (part: RecordsPart) => void;
  #metrics: [MetricsRecord, number][] = [];
  #trace: [TraceRecord, number][] = [];
  #underWay = 0;
  #waiting: (() => void) | undefined;

  constructor(post: (part: RecordsPart) => void) {
    this.#post = post;
  }

  metrics(record: MetricsRecord, run: number): void {
    this.#metrics.push([record, run]);
    this.#full();
  }

  trace(record: TraceRecord, run: number): void {
    this.#trace.push([record, run]);
    this.#full();
  }

  flush(): void {
    if (this.#metrics.length + this.#trace.length === 0) return;
    this.#underWay += 1;
    this.#post({ tell: 'records', metrics: this.#metrics, trace: this.#trace });
    this.#metrics = [];
    this.#trace = [];
  }

  /** A part has been handed on. */
  received(): void {
    this.#underWay -= 1;
    if (this.#underWay > MOST_PARTS) return;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  /** Waits until not too many parts are on their way. */
  async room(): Promise<void> {
    if (this.#underWay > MOST_PARTS) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  #full(): void {
    if (this.#metrics.length + this.#trace.length >= MOST_RECORDS) this.flush();
  }
}
