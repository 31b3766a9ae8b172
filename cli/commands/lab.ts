import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, type Command } from 'commander';
import { heedInterrupts } from '../interrupt.js';
import { serveLab } from '../lab/serve.js';

/** What was bundled for the browser, beside the built command line. */
const PAGE = fileURLToPath(new URL('../../web', import.meta.url));
const LAST_PORT = 65_535;

interface LabOptions {
  port: number;
  json?: true;
}

/** Adds `straggler lab`. */
export function registerLab(program: Command): void {
  program
    .command('lab')
    .summary('try methods, fleets and data in the browser')
    .description(
      'Serves a page on which one picks methods, workers and data, and watches the runs as they are computed: in the browser, on this\n' +
        'machine. Nothing leaves it, and no other machine can open the page.',
    )
    .option('--port <number>', 'where to serve it (default: a port that is free)', parsePort, 0)
    .option('--json', 'print the address as JSON')
    .addHelpText('after', '\nExamples:\n  $ straggler lab\n  $ straggler lab --port 8080')
    .action(lab);
}

async function lab({ port, json }: LabOptions): Promise<void> {
  const interrupts = heedInterrupts();
  try {
    const { url, close } = await serveLab(PAGE, port);
    console.log(json === true ? JSON.stringify({ url }) : `Lab: ${url}  (Ctrl-C ends it)`);
    if (!interrupts.signal.aborted) await once(interrupts.signal, 'abort');
    await close();
  } finally {
    interrupts.release();
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!(/^\d+$/.test(text) && port >= 1 && port <= LAST_PORT)) throw new InvalidArgumentError(`It must be a whole number from 1 to ${LAST_PORT}.`);
  return port;
}
