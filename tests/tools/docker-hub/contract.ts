import { readFileSync } from 'node:fs';
import Ajv2019, { type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

// openapi.yaml as a judge: does it describe this operation and status, and is this body one of that description?

type Node = Record<string, unknown>;

export type Verdict = { reason: 'as_described' } | { reason: 'status_not_described' } | { reason: 'wrong'; why: string };

export interface DescribedOperation {
  operationId: string;
  method: string;
  path: string;
  tags: string[];
}

export class Contract {
  readonly #document: Node;
  readonly #ajv: Ajv2019;
  readonly #validators = new Map<string, ValidateFunction>();
  readonly operations: DescribedOperation[];

  constructor(file: string) {
    this.#document = node(parse(readFileSync(file, 'utf8')));
    this.#ajv = new Ajv2019({ strict: false, allErrors: true });
    addFormats(this.#ajv);
    this.operations = Object.entries(node(this.#document.paths)).flatMap(([path, item]) =>
      ['get', 'post', 'put', 'patch', 'delete', 'head'].flatMap((method) => {
        const operation = node(item)[method];
        if (operation === undefined) return [];
        const { operationId, tags } = node(operation);
        return [
          {
            operationId: String(operationId),
            method: method.toUpperCase(),
            path,
            tags: Array.isArray(tags) ? tags.map(String) : [],
          },
        ];
      }),
    );
  }

  /** Judges one answer of one operation. `body` is null where the answer has none. */
  judge(operationId: string, answer: { status: number; contentType: string | null; body: string | null }): Verdict {
    const described = this.operations.find((operation) => operation.operationId === operationId);
    if (!described) return { reason: 'wrong', why: `no operation ${operationId}` };
    const operation = node(node(node(this.#document.paths)[described.path])[described.method.toLowerCase()]);
    const responses = node(operation.responses);
    const entry = responses[String(answer.status)] ?? responses.default;
    if (entry === undefined) return { reason: 'status_not_described' };
    const content = this.#resolve(node(entry)).content;
    if (content === undefined || described.method === 'HEAD') {
      return answer.body
        ? { reason: 'wrong', why: `a body where none is described: ${answer.body}` }
        : { reason: 'as_described' };
    }
    const type = answer.contentType?.split(';')[0] ?? '';
    const media = node(content)[type];
    if (media === undefined) return { reason: 'wrong', why: `content type ${type}` };
    if (type !== 'application/json') return { reason: 'as_described' };
    const validate = this.#validator(`${operationId} ${answer.status}`, node(media).schema, answer.status < 300);
    if (validate(JSON.parse(answer.body ?? 'null'))) return { reason: 'as_described' };
    return { reason: 'wrong', why: `${this.#ajv.errorsText(validate.errors)} in ${answer.body?.slice(0, 400)}` };
  }

  #validator(key: string, schema: unknown, isClosed: boolean): ValidateFunction {
    const known = this.#validators.get(key);
    if (known) return known;
    const made = this.#ajv.compile(node(this.#convert(schema, isClosed)));
    this.#validators.set(key, made);
    return made;
  }

  /**
   * OpenAPI 3.0 to JSON Schema: references in place, `nullable` as a type of its own, and every object of a success closed, so that a
   * field the document does not know is wrong, too. Refusals stay open: their envelopes differ from service to service.
   */
  #convert(schema: unknown, isClosed: boolean, isPart = false): unknown {
    if (Array.isArray(schema)) return schema.map((part) => this.#convert(part, isClosed, isPart));
    if (typeof schema !== 'object' || schema === null) return schema;
    const { nullable, example: _example, examples: _examples, ...source } = this.#resolve(node(schema));
    const out: Node = {};
    for (const [key, value] of Object.entries(source)) {
      if (key === 'properties') out[key] = mapValues(value, (inner) => this.#convert(inner, isClosed));
      else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf') out[key] = this.#convert(value, isClosed, true);
      else if (key === 'items' || key === 'additionalProperties') out[key] = this.#convert(value, isClosed);
      else out[key] = value;
    }
    const isObject = out.properties !== undefined || out.allOf !== undefined;
    if (isClosed && !isPart && isObject && out.additionalProperties === undefined) out.unevaluatedProperties = false;
    if (nullable === true) {
      return out.type === undefined || out.enum !== undefined
        ? { anyOf: [{ type: 'null' }, out] }
        : { ...out, type: [out.type, 'null'] };
    }
    return out;
  }

  #resolve(schema: Node): Node {
    if (typeof schema.$ref !== 'string') return schema;
    const target = schema.$ref
      .replace('#/', '')
      .split('/')
      .reduce((at: Node, name) => node(at[name]), this.#document);
    return this.#resolve(target);
  }
}

function mapValues(value: unknown, change: (inner: unknown) => unknown): Node {
  return Object.fromEntries(Object.entries(node(value)).map(([key, inner]) => [key, change(inner)]));
}

function node(value: unknown): Node {
  if (!isNode(value)) throw new Error(`No object in openapi.yaml: ${JSON.stringify(value)}`);
  return value;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
