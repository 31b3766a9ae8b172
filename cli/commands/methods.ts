import type { Command } from 'commander';
import pc from 'picocolors';
import { choiceText, InputError, methods } from '../../bindings/index.js';
import type { AnyMethod, Parameter } from '../../bindings/index.js';
import { wrapText } from '../../figures/index.js';
import { stringifyJson } from '../json.js';
import { terminalWidth } from '../output/style.js';

/** Adds `straggler methods`. */
export function registerMethods(program: Command): void {
  program
    .command('methods')
    .summary('list the methods with their parameters, sources and guarantees')
    .description('Lists the methods, or tells everything about one: source, pseudocode, parameters, guarantee, memory and traffic.')
    .argument('[name]', 'a method')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExamples:\n  $ straggler methods\n  $ straggler methods ringleader-asgd\n  $ straggler methods --json')
    .action((name: string | undefined, options: { json?: true }) => {
      const chosen = name === undefined ? methods : methods.filter((method) => method.name === name);
      if (chosen.length === 0) throw new InputError('methods', 'name', `be ${choiceText(methods.map((method) => method.name), completed(name!))}`, name);
      if (options.json === true) console.log(stringifyJson(chosen.map(describe), 2));
      else if (name === undefined) console.log(methods.map((method) => overview(method, terminalWidth())).join('\n\n'));
      else console.log(page(chosen[0]!, terminalWidth()));
    });
}

/** The only method whose name begins like this, else what was typed. */
function completed(typed: string): string {
  const begun = methods.filter(({ name }) => name.startsWith(typed));
  return begun.length === 1 ? begun[0]!.name : typed;
}

function describe({ name, title, summary, source, pseudocode, guarantee, memory, traffic, parameters }: AnyMethod): Record<string, unknown> {
  return { name, title, summary, source, pseudocode, guarantee, memory, traffic, parameters };
}

/** @param width Columns that lines are wrapped to. */
export function overview(method: AnyMethod, width: number): string {
  const parameters = Object.entries(method.parameters).map(([key, parameter]) => (parameter.default === undefined ? key : `${key}=${defaultText(parameter.default)}`));
  return [
    ...head(method, width),
    ...wrapText(`  ${method.summary}`, width, '  '),
    ...wrapText(`  ${method.guarantee}`, width, '  '),
    ...(parameters.length > 0 ? wrapText(`  Parameters: ${parameters.join(', ')}`, width, '    ') : []),
  ].join('\n');
}

/** The name and where it is from. */
function head(method: AnyMethod, width: number): string[] {
  const [first = '', ...rest] = wrapText(`${method.name}  ${citation(method)}`, width, '  ');
  const after = first.slice(method.name.length);
  return [pc.bold(method.name) + (after === '' ? '' : pc.dim(after)), ...rest.map((line) => pc.dim(line))];
}

/** @param width Columns that lines are wrapped to. */
export function page(method: AnyMethod, width: number): string {
  const { authors, year, title, arxiv } = method.source;
  const parameters = Object.entries(method.parameters).map(
    ([key, parameter]) =>
      `  ${key}: ${parameter.description}; ${rangeText(parameter)}${parameter.default === undefined ? '' : `, default ${defaultText(parameter.default)}`}`,
  );
  const labelled = (label: string, text: string): string[] => {
    const lines = wrapText(`${' '.repeat(11)}${text}`, width, ' '.repeat(11));
    return [pc.bold(label) + lines[0]!.slice(label.length), ...lines.slice(1)];
  };
  return [
    ...wrapText(`${method.title} (${method.name})`, width).map((line) => pc.bold(line)),
    ...wrapText(method.summary, width),
    '',
    pc.bold('Source'),
    ...wrapText(`  ${authors} (${year}): ${title}${arxiv === undefined ? '' : `, arXiv ${arxiv}`}`, width, '  '),
    '',
    pc.bold('Pseudocode'),
    ...method.pseudocode.flatMap((line) => wrapText(`  ${line}`, width, `  ${/^ */.exec(line)![0]}    `)),
    '',
    pc.bold('Parameters'),
    ...['  stepsize: γ, a number above 0, or a grid of them', ...parameters].flatMap((line) => wrapText(line, width, '    ')),
    '',
    ...labelled('Guarantee', method.guarantee),
    ...labelled('Memory', method.memory),
    ...labelled('Traffic', method.traffic),
  ].join('\n');
}

function citation({ source }: AnyMethod): string {
  return `${source.authors} ${source.year}${source.arxiv === undefined ? '' : `, arXiv ${source.arxiv}`}`;
}

function defaultText(value: NonNullable<Parameter['default']>): string {
  return value === Infinity ? '.inf' : String(value);
}

function rangeText(parameter: Parameter): string {
  switch (parameter.type) {
    case 'choice':
      return parameter.choices.join(' | ');
    case 'boolean':
      return 'true | false';
    case 'number':
    case 'integer':
      return numberText(parameter);
  }
}

/** `a number above 0 and at most 1`, `an integer of at least 1, or .inf`. */
function numberText({ type, above, minimum, maximum, infinite }: Extract<Parameter, { type: 'number' | 'integer' }>): string {
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  const kind = type === 'integer' ? 'an integer' : 'a number';
  const range = bounds.length === 0 ? kind : `${kind} ${bounds[0]!.startsWith('at') ? 'of ' : ''}${bounds.join(' and ')}`;
  return infinite === true ? `${range}, or .inf` : range;
}
