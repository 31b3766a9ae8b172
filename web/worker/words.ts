import { gridMayBeTooNarrow, methods } from '../../bindings/index.js';
import type { BestStepsize, ResolvedExperiment } from '../../bindings/index.js';
import { readableNumber, readablePercentage } from '../../figures/index.js';
import type { Row } from '../protocol.js';
import type { Standing, Study } from './study.js';

/** What has not been found out yet. */
const UNKNOWN = '…';
const NEVER = '—';

/** What people call a method. */
export function titleOfMethod(name: string): string {
  return methods.find((method) => method.name === name)?.title ?? name;
}

/** The rows of the table of results. */
export function rowsOf(study: Study): Row[] {
  return study.ranking().map(({ method, style, best, stage }) => {
    const title = titleOfMethod(method);
    if (best === undefined) return { method, style, title, stage, cells: Array.from({ length: 7 }, () => UNKNOWN) };
    const { digest = '' } = best.runs[0] ?? {};
    return { method, style, title, stage, cells: cellsOf(best), ...(digest === '' ? {} : { digest }) };
  });
}

function cellsOf(best: BestStepsize): string[] {
  const final = best.finalSuboptimality ?? best.finalObjective;
  const { status } = best.runs[0]!;
  const whole = best.runs[0]!.digest !== '';
  return [
    `${readableNumber(best.stepsize)}${gridMayBeTooNarrow(best) ? '*' : ''}`,
    best.timeToTarget === null ? (whole ? NEVER : UNKNOWN) : readableNumber(best.timeToTarget),
    Number.isFinite(final) ? readableNumber(final) : status,
    readableNumber(best.updates),
    whole ? readableNumber(best.gradientsDiscarded) : UNKNOWN,
    whole ? `${readableNumber(best.meanDelay)} (${readableNumber(best.maxDelay)})` : UNKNOWN,
    whole ? readablePercentage(best.utilization) : UNKNOWN,
  ];
}

/** What is to be said below the table. */
export function notesOf(study: Study): string[] {
  return study.ranking().flatMap(({ method, best, stage }) => {
    if (best === undefined || stage !== 'done') return [];
    const title = titleOfMethod(method);
    const [run] = best.runs;
    const edge = gridMayBeTooNarrow(best)
      ? [`* ${title}: ${readableNumber(best.stepsize)} is the ${best.atEdge === 'low' ? 'smallest' : 'largest'} of the stepsizes; ${best.atEdge === 'low' ? 'smaller' : 'larger'} ones may do better.`]
      : [];
    if (run === undefined || run.status === 'finished' || run.status === 'interrupted') return edge;
    return [...edge, `${title} ${run.status}${run.reason === undefined ? '' : `: ${run.reason.replace(/\.$/, '')}`}.`];
  });
}

/** `an objective of 0.5` */
function targetText({ target }: ResolvedExperiment): string {
  const { objective, suboptimality } = target ?? {};
  return suboptimality === undefined ? `an objective of ${readableNumber(objective ?? NaN)}` : `f − f* = ${readableNumber(suboptimality)}`;
}

/** The result in plain words. */
export function headlineOf(study: Study): string {
  const { over } = study;
  const ranking = study.ranking().filter((standing): standing is Known => standing.best !== undefined);
  const [first] = ranking;
  if (first === undefined) return 'No run has begun.';
  const target = targetText(study.experiment);
  const title = titleOfMethod(first.method);
  const time = first.best.timeToTarget;
  if (time === null) {
    const value = first.best.finalSuboptimality ?? first.best.finalObjective;
    const span = `within ${readableNumber(study.experiment.budget.time!)}\u00a0s`;
    if (!over) return `So far nobody has reached ${target}.`;
    if (!Number.isFinite(value)) return `No method reaches ${target}: all diverge.`;
    const nearest = ranking.filter(({ best }) => (best.finalSuboptimality ?? best.finalObjective) === value);
    const who = ranking.length === 1 ? `${title} does not reach` : 'No method reaches';
    return `${who} ${target} ${span} of simulated time; ${endOf(nearest, ranking.length)} at ${readableNumber(value)}.`;
  }
  if (time === 0) return 'The starting point already meets the target: choose a lower one.';
  const leaders = ranking.filter(({ best }) => best.timeToTarget === time);
  const others = ranking.slice(leaders.length);
  const behind = others.filter(({ best }) => best.timeToTarget !== null);
  const who = `${listed(leaders.map(titled))} ${leaders.length === 1 ? 'reaches' : 'reach'}`;
  const beginning = `${over ? '' : 'So far: '}${who} ${target}${others.length > 0 ? ' first,' : ''} after ${readableNumber(time)}\u00a0s of simulated time`;
  return `${[beginning, ...slowest(time, behind)].join('; ')}.${over ? missing(others.slice(behind.length)) : ''}`;
}

/** A method with results. */
type Known = Standing & { best: BestStepsize };

function titled({ method }: Known): string {
  return titleOfMethod(method);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

/** Who came nearest, of so many. */
function endOf(nearest: readonly Known[], count: number): string {
  if (count === 1) return 'it ends';
  if (nearest.length === count) return 'all end';
  return `${listed(nearest.map(titled))} ${nearest.length === 1 ? 'comes' : 'come'} nearest,`;
}

/** What the last of those that got there needed. */
function slowest(time: number, behind: readonly Known[]): string[] {
  const longest = behind.at(-1)?.best.timeToTarget;
  if (longest == null) return [];
  const ratio = longest / time;
  const last = behind.filter(({ best }) => best.timeToTarget === longest);
  // 1.02, not 1.
  const text = readableNumber(Number(ratio.toPrecision(ratio < 1.1 ? 3 : 2)));
  return [`${listed(last.map(titled))} ${last.length === 1 ? 'needs' : 'need'} ${text} times as long`];
}

function missing(others: readonly Known[]): string {
  return others.length === 0 ? '' : ` ${listed(others.map(titled))} ${others.length === 1 ? 'does' : 'do'} not get there.`;
}
