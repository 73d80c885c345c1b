// What is to go wrong: the common ways by one click, and what is armed.

import { h } from "./dom.js";
import { act, ask, badge, button, field, preview, update } from "./page.js";
import { mock } from "./server.js";
import { t } from "./words.js";
import { world } from "./world.js";

/** The types of jobs that a preset can be for. */
const JOB_TYPES = [
  "createDisasterRecoveryDrill",
  "deleteDisasterRecoveryDrill",
  "startProtectionGroupNoCG",
  "stopProtectionGroupNoCG",
  "reverseProtectionGroupNoCG",
  "failoverProtectionGroupNoCG",
  "reprotectProtectionGroupNoCG",
  "createProtectedInstanceNoCG",
  "deleteProtectedInstanceNoCG",
  "createReplicationPairNoCG",
  "expandReplicationPairNew",
];

/** The operations that a preset can be for. */
const OPERATIONS = [
  "UpdateDisasterRecoveryDrillName",
  "CreateDisasterRecoveryDrill",
  "DeleteDisasterRecoveryDrill",
  "ShowDisasterRecoveryDrill",
  "ListDisasterRecoveryDrills",
  "ShowJobStatus",
  "ListProtectionGroups",
  "StartProtectionGroup",
  "StartFailoverProtectionGroup",
  "ListProtectedInstances",
  "CreateProtectedInstance",
];

const PRESETS = [
  { name: "fail", of: "jobs", make: (job_type) => ({ match: { job_type }, outcome: { kind: "fail" }, times: 1 }) },
  { name: "stuck", of: "jobs", make: (job_type) => ({ match: { job_type }, outcome: { kind: "stuck" }, times: 1 }) },
  { name: "503", of: "requests", make: (match) => ({ match, when: { first: 2 }, effect: { kind: "error", status: 503 } }) },
  { name: "lost", of: "requests", make: (match) => ({ match, when: { first: 1 }, effect: { kind: "apply-then-fail" } }) },
];

/** What is chosen in each preset. */
const chosen = {
  fail: { target: JOB_TYPES[0] },
  stuck: { target: JOB_TYPES[0] },
  503: { target: OPERATIONS[0] },
  lost: { target: OPERATIONS[0] },
};

/** The view. */
export function failures() {
  return h(
    "div",
    { class: "stack", key: "failures" },
    h(
      "section",
      { "aria-labelledby": "presets-title" },
      h("div", { class: "bar" }, h("h2", { id: "presets-title" }, t("presets"))),
      h("p", { class: "quiet lead" }, t("presetsHint")),
      h("div", { class: "presets" }, PRESETS.map(preset)),
    ),
    h("div", { class: "two" }, faults(), rules()),
    startOver(),
  );
}

function preset({ name, of, make }) {
  const form = chosen[name];
  const ofJobs = of === "jobs";
  const words = (ofJobs ? JOB_TYPES : OPERATIONS).map((word) => [word, word]);
  const choices = ofJobs ? words : [["", t("anyOperation")], ...words];
  const target = ofJobs ? form.target : form.target ? { operation: form.target } : {};
  const call = mock("POST", ofJobs ? "/job-rules" : "/faults", world.project, make(target));
  const title = t(`p_${name}`);
  const label = t(ofJobs ? "jobType" : "operation");
  // Each field has a name of its own, for they all stand on one page.
  const named = { [`preset-${name}`]: form.target };
  return h(
    "article",
    { class: "card preset", key: name },
    h("h3", {}, title),
    h("p", { class: "quiet" }, t(`p_${name}Says`)),
    field(named, `preset-${name}`, label, { choices, oninput: (event) => pick(form, event) }),
    h("div", { class: "actions" }, button(t("arm"), () => act(t("armOf", { name: title }), call), { kind: "primary small", label: t("armOf", { name: title }) })),
    preview([call], title),
  );
}

function pick(form, event) {
  form.target = event.target.value;
  update();
}

function faults() {
  const clear = () => act(t("clearFaults"), mock("DELETE", "/faults", world.project));
  return h(
    "section",
    { class: "card", key: "faults", "aria-labelledby": "faults-title" },
    h(
      "div",
      { class: "bar" },
      h("h2", { id: "faults-title" }, t("armedFaults"), h("span", { class: "count" }, world.faults.length)),
      world.faults.length > 0 && button(t("clearAll"), clear, { kind: "small", label: t("clearFaults") }),
    ),
    world.faults.length === 0 && h("p", { class: "nothing small", key: "nothing" }, t("noFaults")),
    h("ul", { class: "rows" }, world.faults.map(fault)),
  );
}

function fault(row) {
  const scope = row.shared ? undefined : world.project;
  const remove = () => act(t("removeOf", { name: row.id }), mock("DELETE", `/faults/${encodeURIComponent(row.id)}`, scope));
  const { kind, ...effect } = row.effect;
  const left = row.remaining === 0 ? t("spent") : row.remaining !== undefined && t("remaining", { n: row.remaining });
  return h(
    "li",
    { class: "row", key: row.id },
    h(
      "div",
      { class: "line" },
      h("span", { class: "text strong mono" }, row.id),
      badge([kind, ...Object.values(effect).filter((value) => typeof value !== "object")].join(" "), "away"),
      button(t("remove"), remove, { kind: "small", label: t("removeOf", { name: row.id }) }),
    ),
    h("p", { class: "quiet mono under" }, conditions(row.match, row.shared) || t("anyOperation")),
    h("p", { class: "quiet under" }, [t("fired", { n: row.hits }), left].filter(Boolean).join(" · ")),
  );
}

function rules() {
  const clear = () => act(t("clearRules"), mock("DELETE", "/job-rules", world.project));
  return h(
    "section",
    { class: "card", key: "rules", "aria-labelledby": "rules-title" },
    h(
      "div",
      { class: "bar" },
      h("h2", { id: "rules-title" }, t("jobRules"), h("span", { class: "count" }, world.rules.length)),
      world.rules.length > 0 && button(t("clearAll"), clear, { kind: "small", label: t("clearRules") }),
    ),
    world.rules.length === 0 && h("p", { class: "nothing small", key: "nothing" }, t("noRules")),
    h("ul", { class: "rows" }, world.rules.map(rule)),
  );
}

function rule(row) {
  const { kind, n, duration } = row.progression ?? {};
  const ends = [kind, n, duration].filter(Boolean).join(" ");
  const left = row.times === undefined ? "" : row.times > row.hits ? t("remaining", { n: row.times - row.hits }) : t("spent");
  return h(
    "li",
    { class: "row", key: row.id },
    h(
      "div",
      { class: "line" },
      h("span", { class: "text strong mono" }, row.id),
      ends && badge(ends, ""),
      badge(row.outcome.kind, row.outcome.kind === "success" ? "good" : "bad"),
    ),
    h("p", { class: "quiet mono under" }, conditions(row.match, row.shared) || t("jobs")),
    h("p", { class: "quiet under" }, [t("governed", { n: row.hits }), left].filter(Boolean).join(" · ")),
  );
}

/** What a rule or a fault is for, in one line. */
function conditions(match, shared) {
  const parts = Object.entries(match).map(([name, value]) => (typeof value === "object" ? `${name} ${JSON.stringify(value)}` : String(value)));
  return [...parts, shared && t("allProjects")].filter(Boolean).join(" · ");
}

function startOver() {
  const worlds = ["template", "empty", ...(world.info?.scenarios ?? []).map((name) => `scenario:${name}`)];
  const choices = worlds.map((name) => [name, name.startsWith("scenario:") ? name.slice(9) : t(name)]);
  const call = (form) => mock("PUT", `/projects/${encodeURIComponent(world.project)}`, undefined, { from: form.from });
  const open = () =>
    ask({
      title: t("startOver"),
      form: { from: "template" },
      fields: (form) => [h("p", { class: "says", key: "says" }, t("worldHint")), field(form, "from", t("startFrom"), { choices })],
      calls: (form) => [call(form)],
      confirm: t("startOver"),
      danger: true,
      submit: async (form) => {
        const { error } = await act(t("startOver"), call(form));
        return error ? { from: error.message } : {};
      },
    });
  return h(
    "section",
    { class: "card line", key: "world", "aria-labelledby": "world-title" },
    h("div", { class: "text" }, h("h2", { id: "world-title" }, t("world")), h("p", { class: "quiet" }, t("worldHint"))),
    button(`${t("startOver")}…`, open, { kind: "small" }),
  );
}
