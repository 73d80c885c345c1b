// The first view: groups with their instances, pairs and drills, and the jobs that change them.

import { h } from "./dom.js";
import { jobs } from "./jobs.js";
import { act, ask, badge, button, field, icon, paged, set, ui } from "./page.js";
import { mock, sdrs, send } from "./server.js";
import { t } from "./words.js";
import { below, world } from "./world.js";

const [GROUPS, INSTANCES, DRILLS, LOOSE] = [4, 10, 8, 5];

/** How each kind of row is renamed: its collection, and the member that its body has. */
const KINDS = {
  group: ["server-groups", "server_group"],
  instance: ["protected-instances", "protected_instance"],
  pair: ["replications", "replication"],
  drill: ["disaster-recovery-drills", "disaster_recovery_drill"],
};

/** What can be done to a group, by the statuses in which SDRS takes it. */
const ACTIONS = [
  { name: "start", key: "start-server-group", of: ["available", "error-starting"] },
  { name: "reprotect", key: "start-server-group", of: ["failed-over", "error-reprotecting"] },
  { name: "reverse", key: "reverse-server-group", of: ["protected", "error-reversing"] },
  { name: "failover", key: "failover-server-group", of: ["protected", "error-failing-over", "error-reversing"], danger: true },
  { name: "stop", key: "stop-server-group", of: ["protected", "error-stopping"] },
];

/** The view. */
export function topology() {
  return h("div", { class: "columns", key: "topology" }, groups(), jobs());
}

function groups() {
  const wanted = ui.filter.trim().toLowerCase();
  const fits = (row) => [row.name, row.id, row.status].some((text) => text.toLowerCase().includes(wanted));
  const shown = world.groups.map((group) => ({ group, ...rowsOf(group, wanted && !fits(group) ? fits : null) }));
  const left = wanted ? shown.filter(({ group, any }) => fits(group) || any) : shown;
  const { rows, pager } = paged("groups", left, GROUPS, t("groups"));
  const nothing = world.clock === null ? t("loading") : world.groups.length ? t("nothingFits") : t("noGroups");
  return h(
    "section",
    { class: "groups", "aria-labelledby": "groups-title" },
    h(
      "div",
      { class: "bar" },
      h("h2", { id: "groups-title" }, t("groups"), h("span", { class: "count" }, world.groups.length)),
      h("input", {
        type: "search",
        class: "filter",
        placeholder: t("filterHint"),
        "aria-label": `${t("filter")}: ${t("filterHint")}`,
        value: ui.filter,
        oninput: (event) => set({ filter: event.target.value, pages: {} }),
      }),
    ),
    rows.map(card),
    rows.length === 0 && h("p", { class: "nothing", key: "nothing" }, nothing),
    pager,
  );
}

/** What a group has; with a filter only what fits it. */
function rowsOf(group, fits) {
  const [instances, loose, drills] = ["instances", "loose", "drills"].map((kind) => below(kind, group.id));
  if (!fits) return { instances, loose, drills };
  const found = {
    instances: instances.filter((row) => fits(row) || below("pairs", row.id).some(fits)),
    loose: loose.filter(fits),
    drills: drills.filter(fits),
  };
  return { ...found, any: Object.values(found).some((rows) => rows.length) };
}

function card({ group, instances, loose, drills }) {
  const possible = ACTIONS.filter((action) => action.of.includes(group.status));
  return h(
    "article",
    { class: "card", key: group.id, "aria-label": group.name },
    h(
      "header",
      {},
      h("div", { class: "title" }, name("group", group, "h3"), badge(group.status)),
      sites(group),
      h("div", { class: "actions" }, possible.map((action) => actionButton(group, action))),
    ),
    h(
      "div",
      { class: "halves" },
      section(`i ${group.id}`, t("instances"), instances, INSTANCES, instance, t("noInstances"), loose),
      section(`d ${group.id}`, t("drills"), drills, DRILLS, drill, t("noDrills"), [], newDrill(group)),
    ),
  );
}

function section(key, title, rows, size, row, nothing, loose, extra) {
  const list = paged(key, rows, size, title);
  const rest = paged(`l ${key}`, loose, LOOSE, t("loose"));
  return h(
    "section",
    { key, "aria-label": title },
    h("div", { class: "bar" }, h("h4", {}, title, h("span", { class: "count" }, rows.length)), extra),
    rows.length === 0 && h("p", { class: "nothing small", key: "nothing" }, nothing),
    h("ul", { class: "rows" }, list.rows.map(row)),
    list.pager,
    loose.length > 0 && [h("h4", { key: "loose" }, t("loose")), h("ul", { class: "pairs", key: "loose list" }, rest.rows.map(pair)), rest.pager],
  );
}

/** Which site is in charge, and which stands by. */
function sites(group) {
  const atSource = group.priority_station !== "target";
  const site = (zone, inCharge, role) =>
    h(
      "span",
      { class: `site ${inCharge ? "charge" : ""}`, title: role },
      h("span", { class: "unseen" }, `${role}: `),
      zone,
      inCharge && h("span", { class: "tag" }, t("active")),
    );
  return h(
    "p",
    { class: "sites" },
    site(group.source_availability_zone, atSource, t(atSource ? "production" : "recovery")),
    h("span", { class: atSource ? "flow" : "flow back" }, icon("arrow")),
    site(group.target_availability_zone, !atSource, t(atSource ? "recovery" : "production")),
  );
}

function actionButton(group, { name: action, key, danger }) {
  const other = group.priority_station === "target" ? "source" : "target";
  const told = action === "reverse" ? { priority_station: other } : {};
  const call = sdrs("POST", world.project, `/server-groups/${group.id}/action`, { [key]: told });
  const onclick = () =>
    ask({
      title: `${t(action)}: ${group.name}`,
      fields: () => h("p", { class: "says", key: "says" }, t(`${action}Ask`, { name: group.name })),
      calls: () => [call],
      confirm: t(action),
      danger,
      submit: async () => whole(await act(`${t(action)}: ${group.name}`, call)),
    });
  return button(t(action), onclick, { key: action, kind: danger ? "danger small" : "small", label: `${t(action)}: ${group.name}` });
}

/** A refusal that belongs to no field. */
const whole = ({ error }) => (error ? { "": error.message } : {});

function instance(row) {
  return h(
    "li",
    { key: row.id, class: "row" },
    h("div", { class: "line" }, icon("server"), name("instance", row), badge(row.status)),
    h("ul", { class: "pairs", "aria-label": t("pairs") }, below("pairs", row.id).map(pair)),
  );
}

function pair(row) {
  const { volume_size: size, volume_type: type } = row.record_metadata ?? {};
  const device = row.attachment?.[0]?.device;
  return h(
    "li",
    { key: row.id, class: "line" },
    icon("disk"),
    name("pair", row),
    h("span", { class: "quiet" }, [device, size && `${size} GB`, type].filter(Boolean).join(" · ")),
    badge(row.status),
  );
}

function drill(row) {
  const call = sdrs("DELETE", world.project, `/disaster-recovery-drills/${row.id}`);
  const remove = () =>
    ask({
      title: t("deleteOf", { name: row.name }),
      fields: () => h("p", { class: "says", key: "says" }, t("deleteAsk", { name: row.name })),
      calls: () => [call],
      confirm: t("delete"),
      danger: true,
      submit: async () => whole(await act(t("deleteOf", { name: row.name }), call)),
    });
  return h(
    "li",
    { key: row.id, class: "row" },
    h(
      "div",
      { class: "line" },
      icon("flag"),
      name("drill", row),
      badge(row.status),
      button("", remove, { kind: "ghost", drawn: "trash", label: t("deleteOf", { name: row.name }), title: t("delete") }),
    ),
    h("p", { class: "quiet under" }, t("created", { at: row.created_at.slice(0, 16) })),
  );
}

/** A name that can be changed where it stands. */
function name(kind, row, tag = "span") {
  const key = `${kind} ${row.id}`;
  if (ui.renaming?.key === key) return renaming(kind, row, key);
  const begin = () => set({ renaming: { key, value: row.name, wrong: "", busy: false } });
  return h(
    "span",
    { class: "name", key: "name" },
    h(tag, { class: "text" }, row.name),
    button("", begin, { kind: "ghost pencil", drawn: "pencil", "data-name": key, label: t("renameOf", { name: row.name }), title: t("rename") }),
  );
}

function renaming(kind, row, key) {
  const state = ui.renaming;
  const [collection, member] = KINDS[kind];
  const end = () => {
    set({ renaming: null });
    setTimeout(() => document.querySelector(`[data-name="${key}"]`)?.focus(), 20);
  };
  const onsubmit = async (event) => {
    event.preventDefault();
    if (state.busy) return;
    state.busy = true;
    const call = sdrs("PUT", world.project, `/${collection}/${row.id}`, { [member]: { name: state.value } });
    const { error } = await act(t("renameOf", { name: row.name }), call);
    state.busy = false;
    if (!error) {
      row.name = state.value;
      return end();
    }
    set({ renaming: { ...state, wrong: error.message } });
  };
  return h(
    "form",
    { class: "renaming", key: "renaming", novalidate: true, onsubmit, onkeydown: (event) => event.key === "Escape" && end() },
    h("input", {
      type: "text",
      value: state.value,
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": t("newName", { name: row.name }),
      "aria-invalid": state.wrong ? "true" : undefined,
      "aria-describedby": state.wrong ? "renaming-wrong" : undefined,
      oninput: (event) => (state.value = event.target.value),
      mount: (input) => input.select(),
    }),
    h("button", { type: "submit", class: "button primary small" }, t("save")),
    button(t("cancel"), end, { kind: "small" }),
    state.wrong && h("p", { class: "wrong", id: "renaming-wrong", role: "alert", key: "wrong" }, state.wrong),
  );
}

function newDrill(group) {
  const open = () =>
    ask({
      title: `${t("newDrill")}: ${group.name}`,
      form: { name: "", vpc: "", ends: "default", duration: "3s", polls: "3", outcome: "success" },
      fields: drillFields,
      calls: (form) => drillCalls(group, form),
      confirm: t("create"),
      submit: async (form) => {
        const calls = drillCalls(group, form);
        const { value, error, done } = await act(`${t("newDrill")}: ${form.name}`, ...calls);
        if (error && done === 1) await withdraw(value.added);
        return error ? { [place(error, form)]: error.message } : {};
      },
    });
  return button(t("newDrill"), open, { kind: "small", drawn: "plus", label: `${t("newDrill")}: ${group.name}` });
}

/** Which field a refusal is about. */
function place({ message, pointer = "" }, form) {
  if (pointer.startsWith("/progression")) return form.ends === "after" ? "duration" : "polls";
  if (/drill_vpc|VPC/.test(message)) return "vpc";
  return /name/i.test(message) ? "name" : "";
}

function drillFields(form) {
  const when = world.info?.job_duration ?? "";
  const ends = ["default", "after", "polls", "manual"].map((kind) => [kind, t(`ends_${kind}`, { when })]);
  const outcomes = ["success", "fail", "stuck"].map((kind) => [kind, t(`outcome_${kind}`)]);
  return [
    field(form, "name", t("drillName"), { maxlength: 200 }),
    field(form, "vpc", t("drillVpc"), { hint: t("drillVpcHint") }),
    h(
      "div",
      { class: "pair", key: "choices" },
      field(form, "ends", t("ends"), { choices: ends }),
      form.ends === "after" && field(form, "duration", t("duration"), { hint: t("durationHint") }),
      form.ends === "polls" && field(form, "polls", t("polls"), { inputmode: "numeric" }),
      field(form, "outcome", t("outcome"), { choices: outcomes }),
    ),
  ];
}

/** Takes rules back whose drill was refused, so that they do not wait for another one. */
async function withdraw(added) {
  const { job_rules: rules } = await send(mock("GET", "/job-rules", world.project));
  const left = rules.filter((rule) => !added.includes(rule.id));
  await act(t("takenBack"), mock("PUT", "/job-rules", world.project, left));
}

/** A rule for this one job where it is to end otherwise than jobs do here, then the drill. */
function drillCalls(group, form) {
  const wanted = { server_group_id: group.id, name: form.name };
  if (form.vpc.trim()) wanted.drill_vpc_id = form.vpc.trim();
  const create = sdrs("POST", world.project, "/disaster-recovery-drills", { disaster_recovery_drill: wanted });
  if (form.ends === "default" && form.outcome === "success") return [create];
  const rule = { match: { job_type: "createDisasterRecoveryDrill", name: form.name }, times: 1 };
  if (form.ends === "after") rule.progression = { kind: "after", duration: form.duration.trim() };
  if (form.ends === "polls") rule.progression = { kind: "polls", n: /^\d+$/.test(form.polls) ? Number(form.polls) : form.polls };
  if (form.ends === "manual") rule.progression = { kind: "manual" };
  if (form.outcome !== "success") rule.outcome = { kind: form.outcome };
  return [mock("POST", "/job-rules", world.project, rule), create];
}
