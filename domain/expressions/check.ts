import type { ASTNode } from '@marcbachmann/cel-js';
import type { ErrorCode } from '../errors/index.ts';
import { excerpt } from '../errors/index.ts';
import { FIELDS, SCOPES, fieldsOf } from './fields.ts';
import type { FieldSpec, FieldType, Scope } from './fields.ts';
import { nearNames } from './near-names.ts';

/** Something wrong in a condition. `from` and `to` count characters of the text, from 0; `to` is exclusive. */
export interface ExpressionFault {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly from: number;
  readonly to: number;
}

/** A list of texts or numbers, as it stands right of `in`. */
type Type = FieldType | 'texts' | 'numbers';

/** What the checker knows of a node. Null: already reported, so that one slip gives one message. */
interface Known {
  readonly type: Type;
  /** Set for a field with a closed set of values. */
  readonly values?: readonly string[];
}

/** Shown in messages of both languages, therefore an example and not a word. */
const SHAPES: Readonly<Record<Type, string>> = {
  text: '"abc"',
  number: '123',
  'yes-no': 'true/false',
  texts: '["a", "b"]',
  numbers: '[1, 2]',
};

const METHODS: readonly string[] = ['startsWith', 'endsWith', 'contains'];
const MACROS: readonly string[] = ['exists', 'all', 'exists_one'];

export const MAX_LIST = 100;
const MAX_MACRO_DEPTH = 2;

/**
 * Checks a parsed condition against the fields of its scope. What passes can be evaluated without any
 * error: only fields, literals, comparisons, arithmetic, a few text functions; division only by a number
 * that is written out and is not zero.
 */
export function checkCondition(ast: ASTNode, text: string, scope: Scope): readonly ExpressionFault[] {
  const checker = new Checker(text, scope);
  checker.wants(ast, 'yes-no', new Map(), 0);
  return checker.faults;
}

type Locals = ReadonlyMap<string, Known>;

class Checker {
  readonly faults: ExpressionFault[] = [];
  readonly #text: string;
  readonly #scope: Scope;

  constructor(text: string, scope: Scope) {
    this.#text = text;
    this.#scope = scope;
  }

  wants(node: ASTNode, type: Type, locals: Locals, macros: number): void {
    const got = this.#type(node, locals, macros);
    if (got !== null && got.type !== type) {
      this.#fault('expr.type', node, {
        value: this.#source(node),
        got: SHAPES[got.type],
        want: SHAPES[type],
      });
    }
  }

  #fault(code: ErrorCode, node: { start: number; end: number }, params: ExpressionFault['params']): null {
    this.faults.push({ code, params, from: node.start, to: node.end });
    return null;
  }

  #source(node: ASTNode): string {
    return excerpt(this.#text.slice(node.start, node.end));
  }

  #type(node: ASTNode, locals: Locals, macros: number): Known | null {
    switch (node.op) {
      case 'value':
        return this.#literal(node);
      case 'id':
        return locals.get(node.args) ?? this.#unknownName(node, node.args);
      case '.':
        return this.#field(node, node.args[0], node.args[1], locals, macros);
      case '&&':
      case '||':
        for (const side of node.args) this.wants(side, 'yes-no', locals, macros);
        return { type: 'yes-no' };
      case '!_':
        this.wants(node.args, 'yes-no', locals, macros);
        return { type: 'yes-no' };
      case '-_':
        this.wants(node.args, 'number', locals, macros);
        return { type: 'number' };
      case '?:':
        return this.#choice(node.args, locals, macros);
      case '==':
      case '!=':
        this.#sameType(node.args, locals, macros, false);
        return { type: 'yes-no' };
      case '<':
      case '<=':
      case '>':
      case '>=':
        this.#sameType(node.args, locals, macros, true);
        return { type: 'yes-no' };
      case '+':
      case '-':
      case '*':
        for (const side of node.args) this.wants(side, 'number', locals, macros);
        return { type: 'number' };
      case '/':
        this.wants(node.args[0], 'number', locals, macros);
        return this.#divisor(node.args[1]);
      case 'in':
        return this.#membership(node.args, locals, macros);
      case 'list':
        return this.#list(node, node.args, locals, macros);
      case 'rcall':
        return this.#method(node, node.args, locals, macros);
      case 'call':
        return this.#unknownFunction(node, node.args[0]);
      case '%':
      case '[]':
      case '[?]':
      case '.?':
      case 'map':
        return this.#fault('expr.not_allowed', node, { value: this.#source(node) });
      default: {
        const never: never = node;
        throw new Error(`unknown expression node ${String(never)}`);
      }
    }
  }

  #literal(node: Extract<ASTNode, { op: 'value' }>): Known | null {
    const value = node.args;
    if (typeof value === 'string') return { type: 'text' };
    if (typeof value === 'boolean') return { type: 'yes-no' };
    if (typeof value === 'number' || typeof value === 'bigint') {
      const size = Math.abs(Number(value));
      if (size <= Number.MAX_SAFE_INTEGER) return { type: 'number' };
      return this.#fault('number.range', node, { value: this.#source(node), min: -MAX_NUMBER, max: MAX_NUMBER });
    }
    return this.#fault('expr.not_allowed', node, { value: this.#source(node) });
  }

  #field(node: ASTNode, owner: ASTNode, name: string, locals: Locals, macros: number): Known | null {
    if (owner.op !== 'id' || locals.has(owner.args)) {
      const got = this.#type(owner, locals, macros);
      if (got === null) return null;
      return this.#fault('expr.type', owner, { value: this.#source(owner), got: SHAPES[got.type], want: '{…}' });
    }
    const fields = fieldsOf(this.#scope, owner.args);
    if (fields === undefined) return this.#unknownName(owner, owner.args);
    const spec: FieldSpec | undefined = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (spec !== undefined) return { type: spec.type, ...(spec.values ? { values: spec.values } : {}) };
    const near = nearNames(name, Object.keys(fields));
    return this.#fault(
      'expr.unknown_field',
      { start: Math.max(node.start, node.end - name.length), end: node.end },
      {
        field: excerpt(`${owner.args}.${name}`),
        near: near.nearest === null ? '–' : `${owner.args}.${near.nearest}`,
        known: near.ordered.join(', '),
      },
    );
  }

  #unknownName(node: ASTNode, name: string): Known | null {
    const groups: readonly string[] = SCOPES[this.#scope];
    if (groups.includes(name)) return this.#fault('expr.whole_group', node, { name, known: fieldNames(name) });
    const owners = Object.entries(FIELDS).flatMap(([group, fields]) =>
      groups.includes(group) && Object.hasOwn(fields, name) ? [`${group}.${name}`] : [],
    );
    const nearest = owners[0] ?? nearNames(name, groups).nearest ?? '–';
    return this.#fault('expr.unknown_name', node, { name: excerpt(name), near: nearest, known: groups.join(', ') });
  }

  #unknownFunction(node: ASTNode, name: string): null {
    const known = [...METHODS, ...MACROS];
    // `matches` is left out on purpose: one pattern can keep a decision busy for half a minute.
    return this.#fault('expr.unknown_name', node, {
      name: excerpt(`${name}()`),
      near: nearNames(name, known).nearest ?? '–',
      known: known.map((k) => `${k}()`).join(', '),
    });
  }

  #choice(args: readonly [ASTNode, ASTNode, ASTNode], locals: Locals, macros: number): Known | null {
    this.wants(args[0], 'yes-no', locals, macros);
    const first = this.#type(args[1], locals, macros);
    if (first === null) return null;
    this.wants(args[2], first.type, locals, macros);
    return { type: first.type };
  }

  #sameType([left, right]: readonly [ASTNode, ASTNode], locals: Locals, macros: number, ordered: boolean): void {
    const a = this.#type(left, locals, macros);
    const b = this.#type(right, locals, macros);
    if (a === null || b === null) return;
    if (a.type !== b.type || a.type === 'texts' || a.type === 'numbers' || (ordered && a.type === 'yes-no')) {
      // The field is right and the literal is the slip, on whichever side it stands.
      const [wrong, got, want] = left.op === 'value' ? [left, a, b] : [right, b, a];
      const need = ordered && want.type === 'yes-no' ? 'number' : want.type;
      this.#fault('expr.type', wrong, { value: this.#source(wrong), got: SHAPES[got.type], want: SHAPES[need] });
      return;
    }
    this.#closedSet(a, left, right);
    this.#closedSet(b, right, left);
  }

  /** `client.tier == "D"` can never hold: the field has a closed set of values. */
  #closedSet(known: Known, field: ASTNode, literal: ASTNode): void {
    if (known.values === undefined || literal.op !== 'value' || typeof literal.args !== 'string') return;
    if (known.values.includes(literal.args)) return;
    this.#fault('expr.unknown_value', literal, {
      value: excerpt(literal.args),
      field: this.#source(field),
      known: known.values.map((v) => `"${v}"`).join(', '),
    });
  }

  #divisor(node: ASTNode): Known | null {
    if (node.op === 'value' && (typeof node.args === 'number' || typeof node.args === 'bigint')) {
      if (Number(node.args) !== 0) return this.#literal(node);
    }
    return this.#fault('expr.division', node, { value: this.#source(node) });
  }

  #membership([item, list]: readonly [ASTNode, ASTNode], locals: Locals, macros: number): Known | null {
    const a = this.#type(item, locals, macros);
    const b = this.#type(list, locals, macros);
    if (a === null || b === null) return { type: 'yes-no' };
    const fits = (a.type === 'text' && b.type === 'texts') || (a.type === 'number' && b.type === 'numbers');
    if (!fits) {
      const want = a.type === 'number' ? SHAPES.numbers : SHAPES.texts;
      this.#fault('expr.type', list, { value: this.#source(list), got: SHAPES[b.type], want });
    } else if (list.op === 'list') {
      for (const entry of list.args) this.#closedSet(a, item, entry);
    }
    return { type: 'yes-no' };
  }

  #list(node: ASTNode, items: readonly ASTNode[], locals: Locals, macros: number): Known | null {
    const first = items[0];
    if (first === undefined) return this.#fault('expr.not_allowed', node, { value: '[]' });
    const known = this.#type(first, locals, macros);
    if (known === null) return null;
    if (known.type !== 'text' && known.type !== 'number') {
      return this.#fault('expr.not_allowed', node, { value: this.#source(node) });
    }
    for (const item of items.slice(1)) this.wants(item, known.type, locals, macros);
    return { type: known.type === 'text' ? 'texts' : 'numbers' };
  }

  #method(
    node: ASTNode,
    [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
    locals: Locals,
    macros: number,
  ): Known | null {
    if (METHODS.includes(name) && args.length === 1 && args[0] !== undefined) {
      this.wants(receiver, 'text', locals, macros);
      this.wants(args[0], 'text', locals, macros);
      return { type: 'yes-no' };
    }
    const [variable, body] = args;
    if (MACROS.includes(name) && args.length === 2 && variable?.op === 'id' && body !== undefined) {
      if (macros >= MAX_MACRO_DEPTH) {
        return this.#fault('expr.limit', node, { limit: `${MAX_MACRO_DEPTH} × ${MACROS.join('/')}` });
      }
      const list = this.#type(receiver, locals, macros);
      if (list === null) return null;
      if (list.type !== 'texts' && list.type !== 'numbers') {
        return this.#fault('expr.type', receiver, {
          value: this.#source(receiver),
          got: SHAPES[list.type],
          want: SHAPES.texts,
        });
      }
      const item: Known = { type: list.type === 'texts' ? 'text' : 'number' };
      this.wants(body, 'yes-no', new Map([...locals, [variable.args, item]]), macros + 1);
      return { type: 'yes-no' };
    }
    if (receiver.op === 'id' && !locals.has(receiver.args) && fieldsOf(this.#scope, receiver.args) === undefined) {
      return this.#unknownName(receiver, receiver.args);
    }
    return this.#unknownFunction(node, name);
  }
}

/** Whole numbers up to here are exact in a double. */
const MAX_NUMBER = Number.MAX_SAFE_INTEGER;

function fieldNames(group: string): string {
  const entry = Object.entries(FIELDS).find(([name]) => name === group);
  return entry === undefined
    ? ''
    : Object.keys(entry[1])
        .map((f) => `${group}.${f}`)
        .join(', ');
}
