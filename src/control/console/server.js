// What the page asks of the server: the control plane, the SDRS API, the stream of events; each call also as curl.

import { t } from "./words.js";

const TOKEN = "sdrs-mock-control-token";
/** Tokens of the SDRS API, by project. */
const issued = new Map();

/** How SDRS authenticates, as the server says; "off" where it takes everything. */
export const settings = { auth: "off" };

/** The token of the control plane, kept for as long as this tab lives. */
export const controlToken = {
  get: () => sessionStorage.getItem(TOKEN) ?? "",
  set: (token) => sessionStorage.setItem(TOKEN, token),
};

/** An answer that was a refusal, or none: what it says, and where in the request. */
export class Refused extends Error {
  constructor(status, code, message, pointer) {
    super(message);
    Object.assign(this, { status, code, pointer });
  }
}

/** A call of the control plane; the scope is a project's ID, where there is one. */
export function mock(method, path, project, body) {
  const [base, query = ""] = path.split("?");
  const scope = project === undefined ? "" : `project=${encodeURIComponent(project)}`;
  const pairs = [scope, query].filter(Boolean).join("&");
  return { method, path: `/_mock${base}${pairs && `?${pairs}`}`, body };
}

/** A call of the SDRS API. */
export function sdrs(method, project, path, body) {
  return { method, path: `/v1/${encodeURIComponent(project)}${path}`, project, body };
}

/** A call as curl, to be pasted into a shell. */
export function curl({ method, path, project, body }) {
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const words = ["curl"];
  if (method !== "GET") words.push("-X", method);
  words.push(quoted(location.origin + path));
  if (project !== undefined && settings.auth !== "off") words.push('-H "X-Auth-Token: $TOKEN"');
  if (project === undefined && controlToken.get()) words.push('-H "Authorization: Bearer $CONTROL_TOKEN"');
  if (body !== undefined) words.push("-H 'Content-Type: application/json'", "-d", quoted(JSON.stringify(body)));
  return words.join(" ");
}

/** Does a call: what it answered, or Refused. */
export async function send(call) {
  const { status, value } = await exchange(call);
  if (status < 400) return value;
  if (status === 401 && call.project !== undefined && issued.delete(call.project)) {
    const again = await exchange(call);
    if (again.status < 400) return again.value;
    throw refusal(again.status, again.value);
  }
  throw refusal(status, value);
}

async function exchange({ method, path, project, body }) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (project === undefined) authorize(headers);
  else if (settings.auth !== "off") headers["X-Auth-Token"] = await token(project);
  let answer, text;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    text = await answer.text();
  } catch {
    throw new Refused(0, "", t("noAnswer"));
  }
  let value;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    value = text;
  }
  return { status: answer.status, value };
}

async function token(project) {
  if (!issued.has(project)) issued.set(project, (await send(mock("POST", "/tokens", project))).token);
  return issued.get(project);
}

function authorize(headers) {
  if (controlToken.get()) headers.Authorization = `Bearer ${controlToken.get()}`;
}

/** A refusal of either face: SDRS has an envelope for each kind, the gateway none, the control plane one of its own. */
function refusal(status, value) {
  const inner = value && typeof value === "object" ? (Object.values(value).find((each) => each?.message) ?? value) : {};
  const message = inner.message ?? inner.error_msg ?? String(value ?? "").slice(0, 200);
  return new Refused(status, inner.code ?? inner.error_code ?? "", message || `HTTP ${status}`, inner.pointer);
}

/**
 * Listens to the events of a project for as long as the server speaks. Read with fetch, for an EventSource can bring no
 * token; `heard` gets the kinds of what happened, and null when the stream has begun.
 */
export async function listen(project, heard, signal) {
  const headers = {};
  authorize(headers);
  const answer = await fetch(mock("GET", "/events", project).path, { headers, signal });
  if (!answer.ok) throw new Refused(answer.status, "", "");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    const kinds = blocks.map((block) => (block.startsWith(":") ? null : /^event: (\w+)/m.exec(block)?.[1]));
    heard(new Set(kinds));
  }
}
