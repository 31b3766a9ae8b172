import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { experimentJsonSchema } from '../../bindings/experiment/json-schema.js';

interface Node {
  const?: string;
  enum?: string[];
  properties?: Record<string, Node>;
  anyOf?: Node[];
  oneOf?: Node[];
}
const schema = experimentJsonSchema() as Node;
const at = (...path: string[]): Node => path.reduce((node, key) => node.properties![key]!, schema);

it('is what the build wrote, from which the command line makes its flags', () => {
  expect(JSON.parse(readFileSync(new URL('../../dist/straggler.schema.json', import.meta.url), 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

it('names kinds without options and the sections of all kinds in one list', () => {
  const [names, ...sections] = at('workers', 'computation').anyOf!;
  const kinds = sections.map(({ properties }) => properties!['kind']!.const);
  expect(kinds).toContain('trace');
  expect(names!.enum).toEqual(kinds.filter((kind) => !['fixed', 'universal', 'trace'].includes(kind!)));
  expect(sections.find(({ properties }) => properties!['kind']!.const === 'outages')!.properties!['base']!.anyOf!.map((node) => node.properties?.['kind']!.const)).toEqual([
    undefined, 'fixed', 'equal', 'linear', 'sqrt', 'two-speed', 'paper', 'lognormal', 'pareto',
  ]);
  expect(at('problem').oneOf!.map(({ properties }) => properties!['kind']!.const)).toEqual(['mlp', 'logistic-regression', 'quadratic', 'own']);
});
