// The jobs of the project: how far each is, and what can be done to those that have not ended.

import { h } from "./dom.js";
import { act, badge, button, paged, set, ui } from "./page.js";
import { mock, sdrs } from "./server.js";
import { moment, span, t } from "./words.js";
import { now, world } from "./world.js";

const SIZE = 8;

/** The list, newest first, those that run before those that have ended. */
export function jobs() {
  const runs = (job) => (job.end_time ? 1 : 0);
  const sorted = world.jobs.toSorted((one, other) => runs(one) - runs(other));
  const { rows, pager } = paged("jobs", sorted, SIZE, t("jobs"));
  return h(
    "section",
    { class: "jobs card", "aria-labelledby": "jobs-title" },
    h("div", { class: "bar" }, h("h2", { id: "jobs-title" }, t("jobs"), h("span", { class: "count" }, world.jobs.length))),
    rows.length === 0 && h("p", { class: "nothing small", key: "nothing" }, t("noJobs")),
    h("ul", { class: "rows" }, rows.map(job)),
    pager,
  );
}

function job(row) {
  const name = row.name ?? row.job_id.slice(0, 8);
  return h(
    "li",
    { class: "row job", key: row.job_id, "data-job": row.job_id },
    h("div", { class: "line" }, h("span", { class: "text strong" }, name), badge(row.status)),
    h("p", { class: "quiet mono under" }, row.job_type),
    row.end_time ? ended(row) : running(row, name),
  );
}

function ended(row) {
  const when = moment(Date.parse(row.end_time)).slice(11);
  return h(
    "p",
    { class: "under" },
    h("span", { class: "quiet" }, when),
    row.error_code && h("span", { class: "bad-text" }, ` ${row.error_code}`),
    row.fail_reason && h("span", { class: "quiet reason", title: row.fail_reason }, ` ${row.fail_reason}`),
  );
}

function running(row, name) {
  const end = (how) => () => act(t(`${how}Of`, { name }), mock("POST", `/jobs/${row.job_id}/${how}`, world.project, {}));
  const { says, done } = progress(row);
  return [
    h(
      "div",
      { class: "under", key: "progress" },
      done !== undefined && h("progress", { max: 1, value: done, "aria-label": says }),
      h("p", { class: "quiet" }, says),
      ui.polled?.id === row.job_id && h("p", { class: "quiet", role: "status", key: "polled" }, t("polled", { status: ui.polled.status })),
    ),
    h(
      "div",
      { class: "actions", key: "actions" },
      button(t("poll"), () => poll(row, name), { kind: "small", label: t("pollOf", { name }) }),
      button(t("complete"), end("complete"), { kind: "small", label: t("completeOf", { name }) }),
      button(t("fail"), end("fail"), { kind: "small", label: t("failOf", { name }) }),
    ),
  ];
}

/** Asks for the job as a client does; the page itself never does, for some jobs count how often they are asked for. */
async function poll(row, name) {
  const { value } = await act(t("pollOf", { name }), sdrs("GET", world.project, `/jobs/${row.job_id}`));
  if (value) set({ polled: { id: row.job_id, status: value.status } });
}

/** What a job waits for, and how much of it is over, where that is known. */
function progress({ waits_for: waits, begin_time: begun, parts }) {
  if (waits?.kind === "time") {
    const [from, due] = [Date.parse(begun), Date.parse(waits.due)];
    const rest = due - now();
    if (due <= from) return { says: t("jobNext") };
    const says = world.clock?.mode === "frozen" ? t("jobDueAt", { at: moment(due).slice(11) }) : t("jobDue", { in: span(rest) });
    return { says, done: Math.min(1, Math.max(0, 1 - rest / (due - from))) };
  }
  if (waits?.kind === "polls") return { says: t("jobPolls", { left: waits.left }) };
  if (waits?.kind === "stuck") return { says: t("jobStuck") };
  if (parts.length && waits?.kind !== "completion") {
    const done = parts.filter((part) => part.end_time).length;
    return { says: t("jobParts", { done, of: parts.length }), done: done / parts.length };
  }
  return { says: waits?.kind === "completion" ? t("jobCompletion") : t("jobNext") };
}
