/** The browser that tests run in, which is not part of the packages: Debian's Chromium, or one that the environment names. */
import { existsSync } from 'node:fs';

const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Without a sandbox it runs as root, too; the others keep it from talking to anybody. */
export const CHROMIUM_ARGS: readonly string[] = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/**
 * Where Chromium is: `$STRAGGLER_CHROMIUM`, or the first of the usual places.
 * @returns undefined where there is none.
 * @throws Error where there is none although `$STRAGGLER_REQUIRE_BROWSER` is set, as in continuous integration.
 */
export function findChromium(): string | undefined {
  const named = process.env['STRAGGLER_CHROMIUM'];
  const found = (named === undefined ? USUAL_PLACES : [named]).find((file) => existsSync(file));
  if (found === undefined && process.env['STRAGGLER_REQUIRE_BROWSER'] !== undefined) {
    throw new Error(`tests: 'STRAGGLER_CHROMIUM' must name Chromium where it is in no usual place, got ${named ?? 'nothing'}`);
  }
  return found;
}
