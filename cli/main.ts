#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { InputError, StragglerError, version } from '../bindings/index.js';
import { registerAdvise } from './commands/advise.js';
import { registerBench } from './commands/bench.js';
import { registerComplexity } from './commands/complexity.js';
import { registerData } from './commands/data.js';
import { registerLab } from './commands/lab.js';
import { registerMerge } from './commands/merge.js';
import { registerMethods } from './commands/methods.js';
import { registerPlot } from './commands/plot.js';
import { registerRun } from './commands/run.js';

/** Exit codes: a run that failed, and usage or input that is not right. */
const FAILED = 1;
const BAD_USAGE = 2;

const program = new Command('straggler')
  .description('Study, compare and choose methods for distributed optimisation when workers differ in speed and in data.')
  .version(version)
  .option('--debug', 'show where errors come from')
  .configureHelp({ minWidthToWrap: 24 })
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'Error:')) })
  .addHelpText('after', '\nExamples:\n  $ straggler run\n  $ straggler run study.yaml --seeds 1,2,3\n  $ straggler advise --times 1,1,2,10\n  $ straggler methods ringleader-asgd\n  $ straggler lab')
  .showHelpAfterError('(straggler --help and straggler <command> --help tell more)')
  .exitOverride();
for (const register of [registerRun, registerMerge, registerPlot, registerMethods, registerComplexity, registerAdvise, registerLab, registerData, registerBench]) register(program);
for (const command of program.commands) {
  command.copyInheritedSettings(program);
  for (const inner of command.commands) inner.copyInheritedSettings(program);
}

// A reader that has gone away (`| head`) is no error, and must not end a study; a full disk behind standard output is one.
process.stderr.on('error', () => undefined);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`Error: standard output could not be written (${error.message})\n`);
  process.exitCode = FAILED;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Tells the user what went wrong. @returns The exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USAGE; // commander has already written its message
  const debug = program.opts<{ debug?: true }>().debug === true;
  if (debug) console.error(error);
  else console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof InputError) return BAD_USAGE;
  if (!(error instanceof StragglerError) && !debug) console.error('(--debug shows where it happened)');
  return FAILED;
}
