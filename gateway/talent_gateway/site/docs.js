import { describe, exampleOf, make, resolve, schemaView } from "./schemas.js";
import { current, text, toggle, translate } from "./texts.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const byId = (id) => document.getElementById(id);
let spec = null;

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function operationsByTag() {
  const tags = new Map((spec.tags ?? []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((each) => item[each])) {
      const operation = item[method];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      for (const tag of operation.tags ?? ["-"]) {
        if (!tags.has(tag)) tags.set(tag, []);
        tags.get(tag).push({ path, method, operation, parameters: parameters.map((each) => resolve(spec, each)) });
      }
    }
  }
  return [...tags].filter(([, entries]) => entries.length);
}

function contentView(content) {
  return Object.entries(content ?? {}).map(([type, { schema }]) =>
    make("div", {}, make("code", {}, type), " ", schema ? schemaView(spec, schema) : null));
}

function parameterList(parameters) {
  if (!parameters.length) return null;
  return make("section", {}, make("h3", {}, text("parameters")),
    make("ul", { class: "schema" }, ...parameters.map((each) => make("li", {},
      make("code", {}, each.name), " ", make("span", { class: "type" }, `${each.in} · `), describe(spec, each.schema ?? {}),
      each.required ? make("span", { class: "must" }, ` ${text("required")}`) : null,
      each.description ? make("div", { class: "hint" }, each.description) : null))));
}

function answerList(responses) {
  return make("section", {}, make("h3", {}, text("answers")),
    ...Object.entries(responses).map(([status, answer]) => {
      const found = resolve(spec, answer);
      return make("details", {},
        make("summary", {}, make("code", {}, status), ` ${found.description ?? ""}`), ...contentView(found.content));
    }));
}

const isKey = (parameter) => parameter.name.toLowerCase() === "idempotency-key";

function startValue(parameter) {
  if (isKey(parameter)) return randomKey();
  const schema = resolve(spec, parameter.schema ?? {});
  return parameter.example ?? schema.examples?.[0] ?? (parameter.required ? schema.default : undefined) ?? "";
}

function requestOf(entry, fields, body) {
  let path = entry.path;
  const query = new URLSearchParams();
  const headers = { "Accept-Language": current() };
  for (const { parameter, input } of fields) {
    const value = input.value.trim();
    if (!value && parameter.required) {
      input.focus();
      throw new Error(`${text("fill")}: ${parameter.name}`);
    }
    if (!value) continue;
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    if (parameter.in === "query") query.append(parameter.name, value);
    if (parameter.in === "header") headers[parameter.name] = value;
  }
  const token = byId("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  const request = { method: entry.method.toUpperCase(), headers };
  if (body?.value.trim()) {
    try {
      JSON.parse(body.value);
    } catch {
      body.focus();
      throw new Error(text("notJson"));
    }
    headers["Content-Type"] = "application/json";
    request.body = body.value;
  }
  const base = new URL(spec.servers?.[0]?.url ?? "/", location.href);
  return [new URL(path.slice(1) + (query.size ? `?${query}` : ""), base), request];
}

async function show(answer, result) {
  const kind = answer.headers.get("content-type") ?? "";
  const lines = ["etag", "talent-consistency", "x-request-id", "retry-after"]
    .filter((name) => answer.headers.get(name)).map((name) => `${name}: ${answer.headers.get(name)}`);
  result.replaceChildren(make("p", { class: answer.ok ? "" : "bad" }, `${answer.status} ${answer.statusText}`));
  if (lines.length) result.append(make("pre", { tabindex: 0 }, lines.join("\n")));
  if (kind.startsWith("image/")) {
    result.append(make("img", { src: URL.createObjectURL(await answer.blob()), alt: text("answer") }));
    return;
  }
  const content = await answer.text();
  const shown = kind.includes("json") && content ? JSON.stringify(JSON.parse(content), null, 2) : content;
  if (shown) result.append(make("pre", { tabindex: 0 }, shown));
}

function tryForm(entry) {
  const fields = entry.parameters.filter((each) => each.in !== "cookie").map((parameter) =>
    ({ parameter, input: make("input", { value: startValue(parameter), autocomplete: "off", spellcheck: "false" }) }));
  const media = resolve(spec, entry.operation.requestBody ?? {}).content?.["application/json"];
  const body = media ? make("textarea", { spellcheck: "false" }) : null;
  if (body) {
    const given = Object.values(media.examples ?? {})[0]?.value ?? media.example;
    body.value = JSON.stringify(given ?? exampleOf(spec, media.schema ?? {}), null, 2);
  }
  const result = make("div", { role: "status" });
  async function send(event) {
    event.preventDefault();
    result.textContent = "…";
    try {
      const [address, request] = requestOf(entry, fields, body);
      const answer = await fetch(address, request);
      const key = fields.find(({ parameter }) => isKey(parameter));
      if (key && answer.ok) key.input.value = randomKey();
      await show(answer, result);
    } catch (error) {
      const said = error instanceof TypeError ? text("noAnswer") : error.message;
      result.replaceChildren(make("p", { class: "bad" }, said));
    }
  }
  return make("form", { onsubmit: send }, make("h3", {}, text("tryIt")),
    make("div", { class: "fields" },
      ...fields.map(({ parameter, input }) => make("label", { class: "field" }, make("code", {}, parameter.name), input)),
      body ? make("label", { class: "field" }, text("body"), body) : null),
    make("button", { class: "send" }, text("send")), result);
}

function filled(entry) {
  const { operation, parameters } = entry;
  const body = resolve(spec, operation.requestBody ?? {});
  return make("div", {},
    operation.description ? make("p", {}, operation.description) : null,
    operation.security?.length ? make("p", { class: "hint" }, text("signIn")) : null,
    parameterList(parameters),
    body.content ? make("section", {}, make("h3", {}, text("body")), ...contentView(body.content)) : null,
    answerList(operation.responses ?? {}),
    tryForm(entry));
}

function operationView(entry) {
  const details = make("details", { class: "operation" },
    make("summary", {},
      make("span", { class: `method ${entry.method}` }, entry.method.toUpperCase()),
      make("span", { class: "path" }, entry.path),
      make("span", { class: "what" }, entry.operation.summary ?? "")));
  details.dataset.words = `${entry.method} ${entry.path} ${entry.operation.summary ?? ""}`.toLowerCase();
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(filled(entry));
  });
  return details;
}

function filter() {
  const words = byId("filter").value.trim().toLowerCase().split(/\s+/);
  let count = 0;
  for (const section of document.querySelectorAll("#operations > section")) {
    const operations = [...section.querySelectorAll("details.operation")];
    for (const each of operations) each.hidden = !words.every((word) => each.dataset.words.includes(word));
    const shown = operations.filter((each) => !each.hidden).length;
    section.hidden = !shown;
    count += shown;
  }
  byId("state").textContent = text("count")(count);
}

function draw() {
  translate(document);
  byId("language").textContent = text("other");
  if (!spec) return;
  const groups = operationsByTag();
  byId("tags").replaceChildren(...groups.map(([tag]) => make("a", { href: `#${encodeURIComponent(tag)}` }, tag)));
  byId("operations").replaceChildren(...groups.map(([tag, entries]) =>
    make("section", { id: tag }, make("h2", {}, tag), ...entries.map(operationView))));
  filter();
}

byId("language").addEventListener("click", () => { toggle(); draw(); });
byId("filter").addEventListener("input", filter);
byId("tools").addEventListener("submit", (event) => event.preventDefault());
draw();
byId("state").textContent = text("loading");
try {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(answer.statusText);
  spec = await answer.json();
  draw();
} catch (error) {
  byId("state").textContent = text("failed");
  throw error;
}
