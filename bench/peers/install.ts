import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { StragglerError } from '../../bindings/index.js';

export type NodeRequire = ReturnType<typeof createRequire>;

/** The peers could not be installed. */
export class PeersMissing extends StragglerError {}

/** The peers' folder in the source tree: this file runs from dist/bench/peers. */
export const peersFolder = new URL('../../../bench/peers/', import.meta.url);

/**
 * Loads packages of the peers' folder, which has dependencies of its own; installs them when they are not there.
 * @throws PeersMissing when that fails.
 */
export function requirePeers(): NodeRequire {
  const require = createRequire(new URL('package.json', peersFolder));
  const peers = Object.keys((require('./package.json') as { devDependencies: Record<string, string> }).devDependencies);
  if (peers.every((name) => isInstalled(require, name))) return require;
  console.error(`Installing ${peers.join(', ')} in bench/peers (about 450 MB) …`);
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: fileURLToPath(peersFolder),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new PeersMissing(`bench:peers: 'npm ci' in bench/peers must succeed, got ${error?.message ?? `exit code ${status ?? 'none'}`}`);
  return require;
}

function isInstalled(require: NodeRequire, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
