// What a reviewer would say about the clients of this project, and how much of the API they met.

import { h } from "./dom.js";
import { badge, paged, set, ui } from "./page.js";
import { t } from "./words.js";
import { world } from "./world.js";

const SIZE = 25;

Object.assign(ui, { onlyMet: true });

/** The view. */
export function report() {
  return h("div", { class: "stack", key: "report" }, remarks(), coverage());
}

function remarks() {
  const slips = world.report?.slips ?? [];
  const { rows, pager } = paged("remarks", slips, SIZE, t("report"));
  return h(
    "section",
    { class: "card", key: "remarks", "aria-labelledby": "report-title" },
    h("div", { class: "bar" }, h("h2", { id: "report-title" }, t("reportTitle"), h("span", { class: "count" }, slips.length))),
    slips.length === 0 && h("p", { class: "nothing small", key: "nothing" }, world.report ? t("clean") : t("loading")),
    h("ul", { class: "rows" }, rows.map(remark)),
    pager,
  );
}

function remark(slip) {
  return h(
    "li",
    { class: "row", key: `${slip.kind} ${slip.operation ?? ""} ${slip.subject}` },
    h(
      "div",
      { class: "line wide" },
      badge(t(`kind_${slip.kind}`), "away"),
      h("span", { class: "text" }, slip.message),
      slip.times > 1 && h("span", { class: "quiet" }, t("times", { n: slip.times })),
    ),
  );
}

function coverage() {
  const known = world.coverage;
  const all = known?.covered ?? [];
  const met = (row) => row.success > 0 || row.refusals.some((refusal) => refusal.seen);
  const found = ui.onlyMet ? all.filter(met) : all;
  const { rows, pager } = paged("coverage", found, SIZE, t("coverage"));
  const sums = known && {
    ops: known.operations.seen,
    opsOf: known.operations.of,
    ref: known.refusals.seen,
    refOf: known.refusals.of,
  };
  return h(
    "section",
    { class: "card", key: "coverage", "aria-labelledby": "coverage-title" },
    h(
      "div",
      { class: "bar wrap" },
      h("h2", { id: "coverage-title" }, t("coverage")),
      h("span", { class: "spring" }),
      h(
        "label",
        { class: "check" },
        h("input", { type: "checkbox", checked: ui.onlyMet, onchange: (event) => set({ onlyMet: event.target.checked, pages: {} }) }),
        t("onlyMet"),
      ),
    ),
    sums && h("p", { class: "quiet lead" }, t("coverageSays", sums)),
    sums && h("progress", { class: "broad", max: sums.opsOf, value: sums.ops, "aria-label": t("coverageSays", sums) }),
    rows.length === 0
      ? h("p", { class: "nothing small", key: "nothing" }, known ? t("noneMet") : t("loading"))
      : h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t("coverage"), key: "table" }, table(rows)),
    pager,
  );
}

function table(rows) {
  const head = [t("operation"), t("successes"), t("refusals")].map((title) => h("th", { scope: "col" }, title));
  return h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map(line)));
}

function line(row) {
  const seen = row.refusals.filter((refusal) => refusal.seen);
  return h(
    "tr",
    { key: row.operation },
    h("th", { scope: "row" }, row.operation),
    h("td", { class: "number" }, row.success || "–"),
    h(
      "td",
      {},
      h("span", { class: "quiet" }, `${seen.length}/${row.refusals.length} `),
      seen.map((refusal) => h("span", { class: "badge", key: refusal.code, title: refusal.when }, `${refusal.code} ×${refusal.seen}`)),
    ),
  );
}
