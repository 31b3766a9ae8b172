import pc from 'picocolors';
import type { ExperimentTheory, ResolvedExperiment } from '../../../bindings/index.js';
import { wrapText } from '../../../figures/index.js';
import { terminalWidth } from '../style.js';
import { plainTable } from '../table.js';
import { THEORY_HEADINGS, theoryCells } from './cells.js';
import { theoryNotes } from './notes.js';
import { theoryRecord } from './record.js';

/** What `run --dry-run --theory` adds: every method's stepsize and time, and the notes on them. */
export function theoryBlock(experiment: ResolvedExperiment, theory: ExperimentTheory, width = terminalWidth()): string {
  const record = theoryRecord(theory);
  const rows = record.methods.map(({ method }) => [method, ...theoryCells(record, method)]);
  const notes = theoryNotes(experiment, theory).flatMap((note) => wrapText(note, width, '  '));
  return [plainTable(['method', ...THEORY_HEADINGS], rows), '', ...notes.map((line) => pc.dim(line))].join('\n');
}
