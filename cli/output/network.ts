import { readableNumber } from '../../figures/index.js';

/** The part of an experiment that tells about its network: latencies and bandwidths, each a number or one per worker. */
interface Workers {
  count: number;
  network?: object | undefined;
}

/** The entries that make messages take time. */
function delaying({ network }: Workers): [key: string, values: number[]][] {
  return Object.entries(network ?? {})
    .map(([key, value]): [string, number[]] => [key, [value].flat().filter((entry) => typeof entry === 'number')])
    .filter(([key, values]) => values.some((value) => (key.startsWith('latency') ? value > 0 : key.startsWith('bandwidth') && value < Infinity)));
}

/** The file that bandwidths of devices come from. */
function devicesOf({ network }: Workers): string | undefined {
  return (network as { devices?: string } | undefined)?.devices;
}

/** Whether messages take time. */
export function takesTime(workers: Workers): boolean {
  return delaying(workers).length > 0 || devicesOf(workers) !== undefined;
}

/** `, network with latency 0.1 and bandwidthUp 1e6 to 2e6`; nothing when messages take no time. */
export function networkText(workers: Workers): string {
  const devices = devicesOf(workers);
  const parts = [
    ...delaying(workers).map(([key, values]) => `${key} ${rangeText(values)}`),
    ...(devices === undefined ? [] : [`the bandwidths of ${devices}`]),
  ];
  if (parts.length === 0) return '';
  return `, network with ${parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`}`;
}

function rangeText(values: readonly number[]): string {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return least === most ? readableNumber(least) : `${readableNumber(least)} to ${readableNumber(most)}`;
}
