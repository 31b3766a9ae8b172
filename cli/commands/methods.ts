import type { Command } from 'commander';
import pc from 'picocolors';
import { choiceText, InputError, methods } from '../../bindings/index.js';
import type { AnyMethod, Parameter } from '../../bindings/index.js';
import { stringifyJson } from '../json.js';

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
      if (chosen.length === 0) throw new InputError('methods', 'name', `be ${choiceText(methods.map((method) => method.name), name)}`, name);
      if (options.json === true) console.log(stringifyJson(chosen.map(describe), 2));
      else if (name === undefined) console.log(methods.map(overview).join('\n\n'));
      else console.log(page(chosen[0]!));
    });
}

function describe({ name, title, summary, source, pseudocode, guarantee, memory, traffic, parameters }: AnyMethod): Record<string, unknown> {
  return { name, title, summary, source, pseudocode, guarantee, memory, traffic, parameters };
}

function overview(method: AnyMethod): string {
  const parameters = Object.entries(method.parameters).map(([key, parameter]) => `${key}=${defaultText(parameter)}`);
  return [
    `${pc.bold(method.name)}  ${pc.dim(citation(method))}`,
    `  ${method.summary}`,
    `  ${method.guarantee}`,
    ...(parameters.length > 0 ? [`  Parameters: ${parameters.join(', ')}`] : []),
  ].join('\n');
}

function page(method: AnyMethod): string {
  const { authors, year, title, arxiv } = method.source;
  const parameters = Object.entries(method.parameters);
  return [
    pc.bold(`${method.title} (${method.name})`),
    method.summary,
    '',
    pc.bold('Source'),
    `  ${authors} (${year}): ${title}${arxiv === undefined ? '' : `, arXiv ${arxiv}`}`,
    '',
    pc.bold('Pseudocode'),
    ...method.pseudocode.map((line) => `  ${line}`),
    '',
    pc.bold('Parameters'),
    '  stepsize: γ, a number greater than 0, or a grid of them',
    ...parameters.map(([key, parameter]) => `  ${key}: ${parameter.description}; ${rangeText(parameter)}, default ${defaultText(parameter)}`),
    '',
    `${pc.bold('Guarantee')}  ${method.guarantee}`,
    `${pc.bold('Memory')}     ${method.memory}`,
    `${pc.bold('Traffic')}    ${method.traffic}`,
  ].join('\n');
}

function citation({ source }: AnyMethod): string {
  return `${source.authors} ${source.year}${source.arxiv === undefined ? '' : `, arXiv ${source.arxiv}`}`;
}

function defaultText(parameter: Parameter): string {
  return parameter.default === undefined ? '(see description)' : String(parameter.default);
}

function rangeText(parameter: Parameter): string {
  switch (parameter.type) {
    case 'choice':
      return parameter.choices.join(' | ');
    case 'boolean':
      return 'true | false';
    case 'number':
    case 'integer': {
      const kind = parameter.type === 'integer' ? 'an integer' : 'a number';
      if (parameter.above !== undefined) return `${kind} greater than ${parameter.above}`;
      return parameter.minimum === undefined ? kind : `${kind} of at least ${parameter.minimum}`;
    }
  }
}
