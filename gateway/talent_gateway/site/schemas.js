import { text } from "./texts.js";

const DEEPEST = 8;

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function resolve(document_, node) {
  for (let steps = 0; node?.$ref && steps < 10; steps += 1) {
    node = node.$ref.slice(2).split("/").reduce((at, key) => at?.[key], document_);
  }
  return node ?? {};
}

function typeOf(document_, schema) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map((each) => typeOf(document_, each)).join(" | ");
  if (schema.allOf?.length === 1) return typeOf(document_, schema.allOf[0]);
  if (schema.type === "array") return `${text("list")} [${typeOf(document_, schema.items ?? {})}]`;
  return [schema.type ?? text("any"), schema.format && `(${schema.format})`].filter(Boolean).join(" ");
}

function limitsOf(schema) {
  const signs = {
    minimum: "≥", maximum: "≤", exclusiveMinimum: ">", exclusiveMaximum: "<",
    minLength: "length ≥", maxLength: "length ≤", minItems: "items ≥", maxItems: "items ≤", pattern: "pattern",
  };
  const limits = Object.entries(signs).filter(([key]) => schema[key] !== undefined);
  const said = limits.map(([key, sign]) => `${sign} ${schema[key]}`);
  if (schema.default !== undefined) said.push(`= ${JSON.stringify(schema.default)}`);
  return said.join(", ");
}

function partsOf(document_, schema) {
  const found = resolve(document_, schema);
  if (found.properties) return [found];
  const inner = found.anyOf ?? found.oneOf ?? found.allOf ?? (found.items ? [found.items] : []);
  const values = typeof found.additionalProperties === "object" ? [found.additionalProperties] : [];
  return [...inner, ...values].flatMap((each) => (each === schema ? [] : partsOf(document_, each)));
}

function fieldsOf(document_, schema, depth, above) {
  const parts = depth > DEEPEST ? [] : partsOf(document_, schema).filter((part) => !above.includes(part));
  return parts.map((part) =>
    make("ul", { class: "schema" }, ...Object.entries(part.properties).map(([name, field]) => {
      const known = resolve(document_, field);
      return make("li", {},
        make("code", {}, name), " ", describe(document_, field),
        part.required?.includes(name) ? make("span", { class: "must" }, ` ${text("required")}`) : null,
        known.description ? make("div", { class: "hint" }, known.description) : null,
        ...fieldsOf(document_, field, depth + 1, [...above, part]));
    })));
}

export function describe(document_, schema) {
  const limits = limitsOf(resolve(document_, schema));
  return make("span", { class: "type" }, typeOf(document_, schema), limits ? ` · ${limits}` : "");
}

export function schemaView(document_, schema) {
  return make("div", {}, describe(document_, schema), ...fieldsOf(document_, schema, 0, []));
}

export function exampleOf(document_, schema, depth = 0) {
  const found = resolve(document_, schema);
  if (found.examples?.length) return found.examples[0];
  if (found.example !== undefined) return found.example;
  if (found.default !== undefined) return found.default;
  if (found.const !== undefined) return found.const;
  if (found.enum) return found.enum[0];
  const union = found.anyOf ?? found.oneOf ?? found.allOf;
  if (union) return exampleOf(document_, union[0], depth + 1);
  if (depth > DEEPEST) return null;
  if (found.properties) {
    const names = Object.keys(found.properties).filter((name) => found.required?.includes(name));
    return Object.fromEntries(names.map((name) => [name, exampleOf(document_, found.properties[name], depth + 1)]));
  }
  const plain = { array: [], object: {}, boolean: false, integer: 0, number: 0, null: null };
  if (found.format === "date") return new Date().toISOString().slice(0, 10);
  if (found.format === "date-time") return new Date().toISOString();
  return found.type in plain ? plain[found.type] : "";
}
