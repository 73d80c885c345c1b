// The page: what stands around the views, and how they are turned.

import { h, patch } from "./dom.js";
import { failures } from "./failures.js";
import { journal } from "./journal.js";
import { act, ask, button, copyButton, dialog, field, icon, onUpdate, set, ui, update } from "./page.js";
import { report } from "./report.js";
import { controlToken, mock } from "./server.js";
import { topology } from "./topology.js";
import { moment, span, t, tongue, turn } from "./words.js";
import { admit, news, now, open, shown, start, world } from "./world.js";

const THEME = "sdrs-mock-theme";
const VIEWS = { topology, failures, journal, report };
/** What each view looks at that is not always read. */
const LOOKS = { failures: "settings", journal: "journal", report: "report" };

ui.theme = localStorage.getItem(THEME) ?? "system";

function draw() {
  document.documentElement.lang = tongue() === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.theme = ui.theme;
  patch(document.querySelector("#app"), world.link === "barred" ? [gate()] : page());
}

function page() {
  return [
    h("a", { class: "skip", href: "#content", key: "skip", onclick: skip }, t("skip")),
    header(),
    h("div", { class: "under-header", key: "under" }, views(), clock()),
    h("main", { id: "content", tabindex: -1, key: "main" }, VIEWS[ui.view]()),
    commands(),
    dialog(),
  ].filter(Boolean);
}

function skip(event) {
  event.preventDefault();
  document.querySelector("#content").focus();
}

function header() {
  const { version, flavor, dialect } = world.info ?? {};
  const known = [...new Set([world.project, ...world.projects.slice(0, 200)])];
  return h(
    "header",
    { class: "top", key: "top" },
    h(
      "div",
      { class: "brand" },
      h("img", { src: "/_mock/console/icon.svg", alt: "", width: 28, height: 28 }),
      h("h1", {}, "sdrs-mock"),
      h("span", { class: "quiet facts" }, [version, flavor, dialect].filter(Boolean).join(" · ")),
    ),
    h(
      "label",
      { class: "project" },
      h("span", { class: "quiet" }, t("project")),
      h(
        "select",
        { class: "mono", value: world.project, onfocus: () => news("projects"), onchange: (event) => choose(event.target) },
        known.map((id) => h("option", { value: id, key: id }, id)),
        h("option", { value: "", key: "other" }, t("otherProject")),
      ),
    ),
    h("span", { class: `link ${world.link}`, role: "status" }, t(`link_${world.link}`)),
    h(
      "label",
      { class: "theme" },
      h("span", { class: "unseen" }, t("theme")),
      h(
        "select",
        { value: ui.theme, onchange: (event) => dress(event.target.value) },
        ["system", "light", "dark"].map((name) => h("option", { value: name }, t(`theme_${name}`))),
      ),
    ),
    button(t("language"), () => (turn(), update()), { kind: "small", lang: tongue() === "zh" ? "en" : "zh-CN" }),
  );
}

function dress(theme) {
  localStorage.setItem(THEME, theme);
  set({ theme });
}

function choose(select) {
  const id = select.value;
  if (id) return turnTo(id);
  select.value = world.project;
  ask({
    title: t("otherProject"),
    form: { project: "" },
    fields: (form) => field(form, "project", t("projectId"), { hint: t("projectHint"), maxlength: 64 }),
    confirm: t("openProject"),
    submit: async (form) => {
      if (!/^[0-9A-Za-z_-]{1,64}$/.test(form.project)) return { project: t("projectHint") };
      turnTo(form.project);
      return {};
    },
  });
}

function turnTo(project) {
  history.replaceState(null, "", `#project=${project}`);
  open(project);
  set({ pages: {}, renaming: null, picked: null, tailHeld: null });
}

function views() {
  const tabs = Object.keys(VIEWS).map((name) =>
    h(
      "button",
      { type: "button", class: "tab", "aria-current": ui.view === name ? "page" : undefined, onclick: () => show(name) },
      t(name),
      name === "failures" && armed() > 0 && h("span", { class: "count" }, armed()),
    ),
  );
  return h("nav", { "aria-label": t("views"), class: "tabs" }, tabs);
}

const armed = () => world.faults.filter((fault) => fault.remaining !== 0).length;

function show(view) {
  shown.clear();
  const looked = LOOKS[view];
  if (looked) shown.add(looked);
  set({ view });
  if (looked) news(looked);
}

const STEPS = ["10s", "1m", "10m"];

function clock() {
  const known = world.clock;
  const frozen = known?.mode === "frozen";
  const turnBy = (body, label) => act(label, mock("POST", "/clock/advance", world.project, body));
  const freeze = () => act(t(frozen ? "unfreeze" : "freeze"), mock("PUT", "/clock", world.project, { mode: frozen ? "real" : "frozen" }));
  return h(
    "section",
    { class: "clock", "aria-label": t("clock") },
    h(
      "div",
      { class: `now ${frozen ? "frozen" : ""}` },
      icon("clock"),
      h("span", { class: "mono", "data-says": "now" }, known ? `${moment(now())}Z` : "–"),
      h("span", { class: "quiet" }, known ? says(known) : ""),
    ),
    h(
      "div",
      { class: "actions" },
      button(t(frozen ? "unfreeze" : "freeze"), freeze, { kind: "small", disabled: !known }),
      STEPS.map((by) => button(`+${by}`, () => turnBy({ by }, t("advanceBy", { by })), { kind: "small", label: t("advanceBy", { by }), disabled: !known })),
      button(t("nextDue"), () => turnBy({ to: "next-due" }, t("nextDue")), { kind: "small", disabled: !known?.next_due }),
    ),
  );
}

function says(known) {
  const mode = t(known.mode === "frozen" ? "frozen" : "running");
  const rest = known.next_due && Date.parse(known.next_due) - now();
  return [mode, rest ? t("nextDueIn", { in: span(rest) }) : t("nothingDue")].join(" · ");
}

/** What was done last, as curl, and what was done before. */
function commands() {
  const [last] = ui.commands;
  const toggle = () => set({ commandsOpen: !ui.commandsOpen });
  return h(
    "section",
    { class: "commands", key: "commands", "aria-label": t("commands"), onkeydown: (event) => event.key === "Escape" && set({ commandsOpen: false }) },
    ui.commandsOpen && h("ol", { class: "past", key: "past", tabindex: 0, "aria-label": t("history") }, ui.commands.map(past)),
    h(
      "div",
      { class: "last" },
      h("span", { class: `outcome ${last?.state ?? ""}`, role: "status" }, last ? `${last.label}${last.said ? `: ${last.said}` : ""}` : t("noCommands")),
      last && h("code", { class: "text" }, last.lines.join("; ")),
      last && copyButton(last.lines.join("\n"), last.label),
      button(t("history"), toggle, { kind: "small", drawn: ui.commandsOpen ? "down" : "up", "aria-expanded": String(ui.commandsOpen), disabled: !last }),
    ),
  );
}

function past(command, index) {
  const lines = command.lines.join("\n");
  return h(
    "li",
    { key: ui.commands.length - index },
    h("div", { class: "line" }, h("span", { class: `outcome ${command.state}` }, command.label), h("span", { class: "quiet" }, `${Math.round(command.took)} ms`), copyButton(lines, command.label)),
    command.said && h("p", { class: "wrong" }, command.said),
    h("pre", { class: "code" }, lines),
  );
}

/** What is shown where the server asks for its token. */
function gate() {
  const form = (ui.gate ??= { token: "", wrong: {} });
  form.wrong = controlToken.get() ? { token: t("tokenWrong") } : {};
  const onsubmit = (event) => {
    event.preventDefault();
    admit(form.token);
    update();
  };
  return h(
    "main",
    { class: "gate", key: "gate" },
    h(
      "form",
      { class: "card", onsubmit },
      h("h1", {}, t("tokenTitle")),
      field(form, "token", t("token"), { type: "password", hint: t("tokenHint"), mount: (input) => input.focus() }),
      h("div", { class: "ends" }, button(t("language"), () => (turn(), update())), h("button", { type: "submit", class: "button primary" }, t("enter"))),
    ),
  );
}

/** The clock and the progress of jobs move without news, each second. */
function tick() {
  if (world.link === "live" && world.clock?.mode === "real" && !document.hidden) draw();
}

onUpdate(draw);
start(update);
draw();
setInterval(tick, 1000);
