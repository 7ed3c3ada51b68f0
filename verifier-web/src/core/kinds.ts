// Reading what an entry says by the tables that are generated from the program.

import { CHANGEABLE, KINDS, LINKS, STRUCTS } from "../kinds.generated.ts";
import { parseUtc } from "./entries.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

type Type =
  | { text: string | null }
  | { instant: true }
  | { integer: number | null }
  | { boolean: true }
  | { null: true }
  | { codes: readonly string[] }
  | { one_of: readonly Type[] }
  | { list: Type }
  | { map: Type }
  | { struct: string };
type Fields = Readonly<Record<string, { required: boolean; type: Type }>>;

const structs = new Map<string, Map<string, { required: boolean; type: Type }>>(
  Object.entries(STRUCTS as unknown as Record<string, Fields>).map(([name, fields]) => [
    name,
    new Map(Object.entries(fields)),
  ]),
);
const kinds = new Map<string, string>(Object.entries(KINDS));
const patterns = new Map<string, RegExp>();
const changeable = new Set<string>(CHANGEABLE);

export function isKind(kind: string): boolean {
  return kinds.has(kind);
}

/** Whether the disclosed fields are those of their kind, of the right types and codes, and the withheld ones too. */
export function isWellFormed(
  kind: string,
  fields: ReadonlyMap<string, Json>,
  withheld: readonly string[] = [],
): boolean {
  const struct = kinds.get(kind);
  if (struct === undefined || !fits(struct, fields)) return false;
  if (!withheld.every((name) => structs.get(struct)?.has(name))) return false;
  const changes = kind === "case_updated" ? fields.get("changes") : null;
  if (!isObject(changes)) return true;
  return Object.keys(changes).every((name) => changeable.has(name)) && fits("CaseOpened", entries(changes));
}

/** The entries that an entry speaks of: index, and the kind it must be of (null: any). */
export function links(kind: string, fields: ReadonlyMap<string, Json>): [number, string | null][] {
  const found: [number, string | null][] = [];
  for (const link of LINKS[kind as keyof typeof LINKS] as readonly { field: string; kind: string | null; offset: number }[]) {
    const value = fields.get(link.field);
    for (const index of Array.isArray(value) ? value : [value]) {
      if (typeof index === "number") found.push([index + link.offset, link.kind]);
    }
  }
  return found;
}

function entries(value: JsonObject): Map<string, Json> {
  return new Map(Object.entries(value));
}

function fits(struct: string, fields: ReadonlyMap<string, Json>): boolean {
  const known = structs.get(struct);
  if (!known) return false;
  for (const [name, value] of fields) {
    const field = known.get(name);
    if (!field || !matches(field.type, value)) return false;
  }
  for (const [name, field] of known) if (field.required && !fields.has(name)) return false;
  return true;
}

function matches(type: Type, value: Json): boolean {
  if ("one_of" in type) return type.one_of.some((each) => matches(each, value));
  if ("null" in type) return value === null;
  if ("boolean" in type) return typeof value === "boolean";
  if ("instant" in type) return typeof value === "string" && isMoment(value);
  if ("text" in type) return typeof value === "string" && (type.text === null || pattern(type.text).test(value));
  if ("integer" in type) return typeof value === "number" && (type.integer === null || value >= type.integer);
  if ("codes" in type) return typeof value === "string" && type.codes.includes(value);
  if ("list" in type) return Array.isArray(value) && value.every((each) => matches(type.list, each));
  if ("map" in type) return isObject(value) && Object.values(value).every((each) => matches(type.map, each));
  return isObject(value) && fits(type.struct, entries(value));
}

function isMoment(written: string): boolean {
  try {
    parseUtc(written);
    return true;
  } catch {
    return false;
  }
}

function pattern(source: string): RegExp {
  let found = patterns.get(source);
  if (!found) patterns.set(source, (found = new RegExp(source, "u")));
  return found;
}
