// The journal as a live tail: what was asked, newest first, and one request beside its answer.

import { h } from "./dom.js";
import { act, badge, button, paged, set, ui, went } from "./page.js";
import { mock } from "./server.js";
import { moment, t } from "./words.js";
import { JOURNAL, news, world } from "./world.js";

const SIZE = 40;

Object.assign(ui, { tailFilter: "", tailShow: "all", tailHeld: null, picked: null });

/** What each choice of what to show admits. */
const SHOWS = {
  all: () => true,
  refused: (entry) => entry.status === 0 || entry.status >= 400,
  faults: (entry) => entry.fault,
  unread: (entry) => entry.unread.length > 0,
};

/** The view. */
export function journal() {
  const known = ui.tailHeld ?? world.journal;
  const wanted = ui.tailFilter.trim().toLowerCase();
  const texts = (entry) => [entry.operation, `${entry.path}?${entry.query}`, entry.code, entry.request_id, entry.fault];
  const fits = (entry) => !wanted || texts(entry).some((text) => text?.toLowerCase().includes(wanted));
  const found = known.filter((entry) => SHOWS[ui.tailShow](entry) && fits(entry));
  const picked = known.find((entry) => entry.id === ui.picked);
  return h("div", { class: "stack", key: "journal" }, tools(found.length), h("div", { class: "tail" }, list(found), details(picked)));
}

function tools(number) {
  const held = ui.tailHeld && world.journal.filter((entry) => entry.id > (ui.tailHeld[0]?.id ?? 0)).length;
  const clear = async () => {
    await act(t("clear"), mock("DELETE", "/requests", world.project));
    Object.assign(world, { journal: [], dropped: 0 });
    set({ tailHeld: null, picked: null });
    news("journal");
  };
  const says = held === null ? t("requests", { n: number }) : t("paused", { n: held });
  return h(
    "div",
    { class: "bar wrap" },
    h("h2", { id: "journal-title" }, t("tail")),
    h("span", { class: "quiet", "data-says": "tail" }, world.dropped ? `${says}, ${t("dropped", { n: world.dropped })}` : says),
    h("span", { class: "spring" }),
    h("input", {
      type: "search",
      class: "filter",
      placeholder: t("journalHint"),
      "aria-label": `${t("filter")}: ${t("journalHint")}`,
      value: ui.tailFilter,
      oninput: (event) => set({ tailFilter: event.target.value, pages: {} }),
    }),
    h(
      "select",
      { "aria-label": t("show"), value: ui.tailShow, oninput: (event) => set({ tailShow: event.target.value, pages: {} }) },
      Object.keys(SHOWS).map((name) => h("option", { value: name }, t(`show_${name}`))),
    ),
    button(t(ui.tailHeld ? "resume" : "pause"), () => set({ tailHeld: ui.tailHeld ? null : world.journal.slice(0, JOURNAL) }), { kind: "small" }),
    button(t("clear"), clear, { kind: "small" }),
  );
}

function list(found) {
  const { rows, pager } = paged("journal", found, SIZE, t("journal"));
  return h(
    "section",
    { class: "card entries", "aria-labelledby": "journal-title" },
    rows.length === 0 && h("p", { class: "nothing small", key: "nothing" }, t(world.journal.length ? "nothingFits" : "noRequests")),
    h("ul", { class: "rows", onkeydown: walk }, rows.map(entry)),
    pager,
  );
}

/** Up and down go from request to request. */
function walk(event) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const button = step && event.target.closest("li")?.[step]?.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.focus();
  button.click();
}

function entry(row) {
  const picked = row.id === ui.picked;
  return h(
    "li",
    { key: row.id },
    h(
      "button",
      { type: "button", class: "entry", "aria-pressed": String(picked), onclick: () => set({ picked: picked ? null : row.id }) },
      h("span", { class: "mono quiet" }, clock(row.time)),
      h("span", { class: "mono method" }, row.method),
      h("span", { class: "text" }, row.operation ?? row.path),
      row.fault && badge(t("fault"), "away"),
      row.unread.length > 0 && badge(t("unreadFlag"), ""),
      went(row.status),
    ),
  );
}

const clock = (time) => time.slice(11, 19);

function details(row) {
  if (!row) return h("section", { class: "card details", key: "none" }, h("p", { class: "nothing small" }, t("pick")));
  return h(
    "section",
    { class: "card details", key: "some", "aria-label": `${row.method} ${row.path}` },
    h(
      "div",
      { class: "sides" },
      h(
        "section",
        { "aria-labelledby": "request-title" },
        h("h3", { id: "request-title" }, t("request")),
        h("p", { class: "mono target" }, h("span", { class: "strong" }, row.method), " ", row.path, row.query && `?${row.query}`),
        facts([
          [t("operation"), row.operation ?? t("notMatched")],
          [t("time"), `${moment(Date.parse(row.time))}Z`],
          row.unread.length && [t("unread"), row.unread.join(", ")],
        ]),
        h("h4", {}, t("headers")),
        facts(Object.entries(row.headers), "mono"),
        h("h4", {}, t("body")),
        row.body === null ? h("p", { class: "quiet", key: "none" }, t("noBody")) : code(row.body, t("body")),
        row.body_cut && h("p", { class: "quiet" }, t("bodyCut")),
      ),
      h(
        "section",
        { "aria-labelledby": "answer-title" },
        h("h3", { id: "answer-title" }, t("answer")),
        h("p", { class: "target" }, went(row.status)),
        facts([
          row.code && [t("code"), row.code],
          row.fault && [t("fault"), row.fault],
          [t("took"), row.duration_us < 1000 ? `${row.duration_us} µs` : `${(row.duration_us / 1000).toFixed(1)} ms`],
          [t("requestId"), row.request_id],
        ]),
        "answer" in row && [
          h("h4", { key: "answer title" }, t("body")),
          row.answer === null ? h("p", { class: "quiet", key: "none" }, t("noBody")) : code(row.answer, `${t("answer")}: ${t("body")}`),
        ],
      ),
    ),
  );
}

function facts(pairs, kind = "") {
  const rows = pairs.filter(Boolean).map(([name, value]) => [h("dt", {}, name), h("dd", { class: kind }, value)]);
  return h("dl", {}, rows);
}

/** A body, laid out where it is JSON; whatever is in it is text. */
function code(body, label) {
  const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
  return h("pre", { class: "code", tabindex: 0, role: "group", "aria-label": label, key: "code" }, text);
}
