import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A new empty folder, and what removes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'straggler-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/**
 * Runs the built command line.
 * @param onOutput Called with everything written so far to standard error, and what sends a signal.
 * @param nodeFlags What Node itself is started with.
 */
export function straggler(
  cwd: string,
  args: readonly string[],
  onOutput?: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void,
  nodeFlags: readonly string[] = [],
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeFlags, main, ...args], { cwd, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onOutput?.(stderr, (signal) => child.kill(signal));
    });
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a shell command that begins with the command line's arguments; further uses of it are written {straggler}. */
export function shell(cwd: string, command: string): Promise<CommandResult> {
  const program = `'${process.execPath}' '${main}'`;
  return new Promise((resolve) => {
    execFile('sh', ['-c', `${program} ${command.replaceAll('{straggler}', program)}`], { cwd }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}
