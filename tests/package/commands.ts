import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a program wrote. */
export interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, in a folder. @throws Error with what it wrote when it fails. */
export async function run(program: string, parameters: readonly string[], cwd: string, timeout = 100_000): Promise<Written> {
  try {
    return await execute(program, parameters, { cwd, timeout, maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout, stderr } = error as Written;
    throw new Error(`${program} ${parameters.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
