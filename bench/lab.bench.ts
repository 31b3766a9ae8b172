import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/**
 * How soon the page of the lab answers while 100 workers train on the digits, and how soon it stops:
 * `node dist/bench/lab.bench.js --chromium /usr/bin/chromium --inputs 100`.
 */
const { values } = parseArgs({ options: { chromium: { type: 'string', default: '/usr/bin/chromium' }, inputs: { type: 'string', default: '100' } } });
const INPUTS = Number(values.inputs);
/** Not over while it is measured. */
const SETTING = 'workers=100&time=1000000';
const STOPS = 10;

/** Milliseconds from each key that is pressed in a field to the frame that shows it; and tasks of more than 50 ms on the page's thread. */
interface Answers {
  readonly delays: number[];
  readonly longTasks: number[];
}

/** Where the page keeps them. */
declare const answers: Answers;

/** Begins to measure. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const found: Answers = { delays: [], longTasks: [] };
    Object.assign(globalThis, { answers: found });
    new PerformanceObserver((list) => found.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    document.addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel(); // its message comes after the frame
        port1.onmessage = () => found.delays.push(performance.now() - timeStamp);
        port2.postMessage(null);
      });
    });
  });
}

/** Types digits into the field of the seed, at human speed. */
async function type(page: Page): Promise<Answers> {
  await watch(page);
  await page.focus('#seed');
  for (let input = 0; input < INPUTS; input += 1) {
    await page.keyboard.press(input % 4 === 3 ? 'Backspace' : String(input % 10));
    await page.waitForTimeout(30 + (input % 7) * 10);
  }
  return page.evaluate(() => answers);
}

/** @returns Milliseconds from the click to the page that says it has stopped. */
async function stop(page: Page): Promise<number> {
  await page.click('#run');
  await page.waitForSelector('#objective svg');
  await page.waitForTimeout(500);
  return page.evaluate(async () => {
    const status = document.querySelector('#status')!;
    const began = performance.now();
    document.querySelector<HTMLButtonElement>('#run')!.click();
    while (!status.textContent.startsWith('Stopped')) await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now() - began;
  });
}

function describe(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(0)} ms`;
  return `median ${at(0.5)}, 95 % within ${at(0.95)}, longest ${at(1)} (${sorted.length})`;
}

const lab = spawn(process.execPath, [fileURLToPath(new URL('../cli/main.js', import.meta.url)), 'lab', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = (await once(lab.stdout, 'data')) as [Buffer];
const { url } = JSON.parse(line.toString()) as { url: string };
const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
try {
  const page = await browser.newPage();
  await page.goto(`${url}#${SETTING}`);
  await page.waitForSelector('#timeline svg');
  const idle = await type(page);
  await page.goto('about:blank');
  await page.goto(`${url}#${SETTING}`);
  await page.click('#run');
  await page.waitForSelector('#objective svg');
  const busy = await type(page);
  console.log('From a key to the frame that shows it');
  console.log(`  nothing runs:                ${describe(idle.delays)}`);
  console.log(`  100 workers train on digits: ${describe(busy.delays)}; ${busy.longTasks.length} tasks over 50 ms`);
  await page.goto('about:blank');
  await page.goto(`${url}#${SETTING}`);
  const stops: number[] = [];
  for (let count = 0; count < STOPS; count += 1) stops.push(await stop(page));
  console.log(`From Stop to what was found until then\n  ${describe(stops)}`);
} finally {
  await browser.close();
  lab.kill('SIGINT');
}
