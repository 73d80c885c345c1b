// The state of the page itself, and the parts that its views are made of.

import { h } from "./dom.js";
import { curl, send } from "./server.js";
import { t } from "./words.js";
import { news } from "./world.js";

/** As many commands as are remembered. */
const REMEMBERED = 30;

/** What is open, typed and picked. */
export const ui = {
  view: "topology",
  dialog: null,
  renaming: null,
  filter: "",
  pages: {},
  commands: [],
  commandsOpen: false,
  copied: null,
};

let draw = () => {};
let due = false;

/** Says how the page is drawn. */
export function onUpdate(render) {
  draw = render;
}

/** Has the page drawn again, once, however often it is asked for. */
export function update() {
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    draw();
  });
}

/** Changes the state of the page. */
export function set(changes) {
  Object.assign(ui, changes);
  update();
}

/** Does calls one after the other, up to the first that is refused; each is shown as curl, with what became of it. */
export async function act(label, ...calls) {
  const command = { label, lines: calls.map(curl), state: "busy", said: "", took: 0 };
  ui.commands = [command, ...ui.commands].slice(0, REMEMBERED);
  update();
  const begun = performance.now();
  let value, error;
  let done = 0;
  try {
    for (const call of calls) {
      value = await send(call);
      done += 1;
    }
    command.state = "done";
  } catch (refused) {
    error = refused;
    command.state = "refused";
    command.said = [refused.status || "", refused.code, refused.message].filter(Boolean).join(" · ");
  }
  command.took = performance.now() - begun;
  ["resource", "settings", "request", "clock"].forEach(news);
  update();
  return { value, error, done };
}

/** Copies a text; the button that did it says so for a while. */
export async function copy(text, what) {
  await navigator.clipboard.writeText(text).catch(() => {});
  set({ copied: what });
  setTimeout(() => ui.copied === what && set({ copied: null }), 1500);
}

const ICONS = {
  pencil: ["M4 20h4L19 9l-4-4L4 16z", "M13.5 6.5l4 4"],
  trash: ["M5 7h14", "M10 7V4h4v3", "M7 7l1 13h8l1-13"],
  plus: ["M12 5v14", "M5 12h14"],
  arrow: ["M4 12h15", "M14 7l5 5-5 5"],
  copy: ["M9 9h10v11H9z", "M5 15V4h10"],
  up: ["M6 15l6-6 6 6"],
  down: ["M6 9l6 6 6-6"],
  clock: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 7v5l3 2"],
  server: ["M4 5h16v6H4z", "M4 13h16v6H4z", "M8 8h.01", "M8 16h.01"],
  disk: ["M12 4c4.4 0 8 1.3 8 3s-3.6 3-8 3-8-1.3-8-3 3.6-3 8-3z", "M4 7v10c0 1.7 3.6 3 8 3s8-1.3 8-3V7"],
  flag: ["M6 21V4", "M6 4h11l-2 4 2 4H6"],
};

/** A drawing beside a text; it says nothing by itself. */
export function icon(name) {
  const lines = ICONS[name].map((d) => h("path", { d }));
  return h("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, lines);
}

/** A button; `label` is what it is called where its text alone would not do. */
export function button(text, onclick, { kind = "", label, drawn, ...props } = {}) {
  const name = label && label !== text ? { "aria-label": label } : {};
  return h(
    "button",
    { type: "button", class: `button ${kind}`, onclick, ...name, ...props },
    drawn && icon(drawn),
    text && h("span", {}, text),
  );
}

const BUSY = /ing$|^INIT$|^RUNNING$|^failing-over$/;
const BAD = /^error|^fault$|^invalid$|^FAIL$/;
const GOOD = /^available$|^protected$|^SUCCESS$|^active$/;

/** What a status is like: good, busy, away (at the other site), bad. */
export function mood(status) {
  if (BAD.test(status)) return "bad";
  if (status === "failed-over") return "away";
  if (BUSY.test(status)) return "busy";
  return GOOD.test(status) ? "good" : "";
}

/** A status: its word, and a colour that goes with it. */
export const badge = (status, like = mood(status)) => h("span", { class: `badge ${like}` }, status);

/** How an HTTP status went. */
export function went(status) {
  if (!status) return badge(t("noStatus"), "bad");
  return badge(String(status), status < 400 ? "good" : status < 500 ? "away" : "bad");
}

/** The part of a list that its page shows, and what turns the page. */
export function paged(name, rows, size, label) {
  const last = Math.max(0, Math.ceil(rows.length / size) - 1);
  const at = Math.min(ui.pages[name] ?? 0, last);
  const to = (page) => () => {
    ui.pages[name] = page;
    update();
  };
  const [from, until] = [at * size, Math.min(rows.length, (at + 1) * size)];
  const pager =
    last > 0 &&
    h(
      "div",
      { class: "pager", key: `pager ${name}` },
      button(t("previous"), to(at - 1), { kind: "small", disabled: at === 0, label: t("previousOf", { name: label }) }),
      h("span", { class: "quiet" }, t("pager", { from: from + 1, to: until, of: rows.length })),
      button(t("next"), to(at + 1), { kind: "small", disabled: at === last, label: t("nextOf", { name: label }) }),
    );
  return { rows: rows.slice(from, until), pager };
}

/** A field of a form: its name, what is typed into it, and what is wrong with that. */
export function field(form, name, label, { hint, choices, ...props } = {}) {
  const id = `field-${name}`;
  const wrong = form.wrong?.[name];
  const told = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
  const input = {
    id,
    value: form[name] ?? "",
    "aria-describedby": told,
    "aria-invalid": wrong ? "true" : undefined,
    oninput: (event) => {
      form[name] = event.target.value;
      update();
    },
    ...props,
  };
  const options = choices?.map(([value, text]) => h("option", { value }, text));
  return h(
    "div",
    { class: "field", key: `field ${name}` },
    h("label", { for: id }, label),
    choices ? h("select", input, options) : h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...input }),
    hint && h("p", { id: `${id}-hint`, class: "quiet hint" }, hint),
    wrong && h("p", { id: `${id}-wrong`, class: "wrong", role: "alert" }, wrong),
  );
}

/** The calls of a form as curl, folded away. */
export function preview(calls, name) {
  const lines = calls.map(curl).join("\n");
  return h(
    "details",
    { class: "preview", key: `preview ${name}` },
    h("summary", {}, t("asCurl")),
    h("pre", { class: "code", tabindex: 0, "aria-label": t("asCurl") }, lines),
    copyButton(lines, name),
  );
}

/** A button that copies a command. */
export function copyButton(text, name) {
  const done = ui.copied === text;
  return button(done ? t("copied") : t("copy"), () => copy(text, text), {
    kind: "small",
    drawn: "copy",
    label: done ? t("copied") : t("copyOf", { name }),
  });
}

/** Opens a dialog that asks something; `submit` does it and returns what was wrong, if anything. */
export function ask({ title, fields, calls, confirm, danger, submit, form = {} }) {
  const opener = document.activeElement;
  form.wrong = {};
  set({ dialog: { title, fields, calls, confirm, danger, submit, form, opener, busy: false } });
}

/** Closes what is open; who opened it is where one was. */
export function dismiss() {
  const { opener } = ui.dialog ?? {};
  set({ dialog: null });
  setTimeout(() => opener?.isConnected && opener.focus(), 20);
}

/** The dialog that is open. */
export function dialog() {
  const open = ui.dialog;
  if (!open) return null;
  const onsubmit = async (event) => {
    event.preventDefault();
    if (open.busy) return;
    open.busy = true;
    open.form.wrong = (await open.submit(open.form)) ?? {};
    open.busy = false;
    if (Object.keys(open.form.wrong).length === 0) dismiss();
    update();
  };
  const calls = open.calls?.(open.form) ?? [];
  return h(
    "dialog",
    {
      key: "dialog",
      "aria-labelledby": "dialog-title",
      mount: (element) => {
        element.showModal();
        element.querySelector("input, select, [data-first]")?.focus();
      },
      oncancel: (event) => {
        event.preventDefault();
        dismiss();
      },
    },
    h(
      "form",
      { onsubmit, novalidate: true },
      h("h2", { id: "dialog-title" }, open.title),
      open.fields(open.form),
      open.form.wrong[""] && h("p", { class: "wrong", role: "alert", key: "wrong" }, open.form.wrong[""]),
      calls.length > 0 && preview(calls, open.title),
      h(
        "div",
        { class: "ends", key: "ends" },
        button(t("cancel"), dismiss),
        h("button", { type: "submit", class: `button ${open.danger ? "danger" : "primary"}`, "data-first": true }, open.confirm),
      ),
    ),
  );
}
