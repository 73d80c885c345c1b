// What the page knows of the server, read anew whenever the events say that it has changed.

import { Refused, controlToken, listen, mock, send, settings } from "./server.js";

/** The project of the examples; what is shown where nothing else is asked for. */
const EXAMPLE = "0123456789abcdef0123456789abcdef";
/** How long news are gathered before they are read, in milliseconds. */
const GATHERED = 80;
/** How often what no event tells of is looked for. */
const STRAYS = 4000;
/** As many entries as a journal has. */
export const JOURNAL = 1000;

/** What is known; each part is replaced as a whole. */
export const world = {
  project: EXAMPLE,
  projects: [],
  info: null,
  link: "opening",
  groups: [],
  children: new Map(),
  names: new Map(),
  lost: new Map(),
  jobs: [],
  clock: null,
  clockRead: 0,
  faults: [],
  rules: [],
  journal: [],
  dropped: 0,
  report: null,
  coverage: null,
};

/** What is looked at, which decides what is read beyond what always is: journal, report, settings. */
export const shown = new Set();

let changed = () => {};
let stream = new AbortController();
let epoch = 0;

/** Begins: whenever something has changed, `render` is called. */
export function start(render) {
  changed = render;
  const asked = new URLSearchParams(location.hash.slice(1)).get("project");
  if (asked) world.project = asked;
  run();
  setInterval(() => world.link === "live" && shown.forEach((part) => part !== "report" && news(part)), STRAYS);
}

/** Turns to another project. */
export function open(project) {
  Object.assign(world, { project, groups: [], jobs: [], journal: [], report: null, coverage: null, clock: null });
  stream.abort();
}

/** Tries the token that was just given. */
export function admit(token) {
  controlToken.set(token);
  world.link = "opening";
  run();
}

async function run() {
  for (let patience = 250; world.link !== "barred"; patience = Math.min(patience * 2, 2000)) {
    stream = new AbortController();
    try {
      world.info = await send(mock("GET", "/info"));
      settings.auth = world.info.auth;
      await listen(world.project, (kinds) => {
        if (kinds.has(null) && world.link !== "live") {
          // The server may be another one than before: nothing that is known need still hold.
          world.link = "live";
          world.journal = [];
          epoch += 1;
          patience = 250;
          news("all");
        }
        kinds.forEach((kind) => kind && news(kind));
      }, stream.signal);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) world.link = "barred";
    }
    if (stream.signal.aborted) {
      world.link = "opening";
      continue;
    }
    if (world.link === "live" || world.link === "opening") world.link = "lost";
    changed();
    if (world.link !== "barred") await new Promise((wake) => setTimeout(wake, patience));
  }
}

/** What has to be read again after each kind of news. */
const READ = {
  all: ["projects", "rows", "settings", "journal", "report"],
  request: ["journal", "report"],
  job: ["rows", "settings", "report"],
  resource: ["rows"],
  fault: ["settings", "journal"],
  clock: ["rows"],
  settings: ["settings", "report"],
  projects: ["projects"],
  journal: ["journal"],
  report: ["report"],
};

const wanted = new Set();
let reading = false;

/** Something has happened: what it touches is read soon, once, however much happens. */
export function news(kind) {
  (READ[kind] ?? []).forEach((part) => wanted.add(part));
  if (reading) return;
  reading = true;
  setTimeout(async () => {
    while (wanted.size) {
      const parts = [...wanted].filter((part) => !["journal", "report"].includes(part) || shown.has(part));
      wanted.clear();
      const before = epoch;
      const project = world.project;
      await Promise.all(parts.map((part) => parts_of[part](project).catch(() => {})));
      if (project !== world.project || before !== epoch) READ.all.forEach((part) => wanted.add(part));
      changed();
      await new Promise((wake) => setTimeout(wake, GATHERED));
    }
    reading = false;
  }, GATHERED);
}

const parts_of = {
  async projects() {
    world.projects = (await send(mock("GET", "/projects"))).projects.map((project) => project.id);
  },
  async rows(project) {
    const calls = [mock("GET", "/state", project), mock("GET", "/jobs", project), mock("GET", "/clock", project)];
    const [state, jobs, clock] = await Promise.all(calls.map(send));
    if (project !== world.project) return;
    arrange(state.projects[project] ?? {}, jobs.jobs);
    Object.assign(world, { clock, clockRead: performance.now() });
  },
  async settings(project) {
    const calls = [mock("GET", "/faults", project), mock("GET", "/job-rules", project)];
    const [own, rules] = await Promise.all(calls.map(send));
    const [all, allRules] = await Promise.all([mock("GET", "/faults"), mock("GET", "/job-rules")].map(send));
    world.faults = own.faults.concat(all.default.map((fault) => ({ ...fault, shared: true })));
    world.rules = rules.job_rules.concat(allRules.default.map((rule) => ({ ...rule, shared: true })));
  },
  async journal(project) {
    const since = world.journal[0]?.id ?? 0;
    const found = await send(mock("GET", `/requests?since=${since}&limit=${JOURNAL}`, project));
    const { total } = await send(mock("GET", "/requests?limit=1", project));
    if (project !== world.project) return;
    world.journal = found.requests.concat(world.journal).slice(0, JOURNAL);
    world.dropped = found.dropped;
    // Fewer than are known: somebody has cleared it.
    if (total < world.journal.length && since) {
      world.journal = [];
      await parts_of.journal(project);
    }
  },
  async report(project) {
    const calls = [mock("GET", "/report", project), mock("GET", "/coverage", project)];
    [world.report, world.coverage] = await Promise.all(calls.map(send));
  },
};

/** Puts rows below what they belong to. */
function arrange(state, jobs) {
  const { server_groups = [], protected_instances = [], replications = [], disaster_recovery_drills = [] } = state;
  const children = new Map();
  const names = new Map();
  const below = (parent, kind, row) => {
    const key = `${kind} ${parent}`;
    if (!children.has(key)) children.set(key, []);
    children.get(key).push(row);
  };
  for (const group of server_groups) names.set(group.id, group.name);
  for (const instance of protected_instances) {
    names.set(instance.id, instance.name);
    below(instance.server_group_id, "instances", instance);
  }
  for (const pair of replications) {
    names.set(pair.id, pair.name);
    const holder = pair.attachment?.[0]?.protected_instance;
    if (holder) below(holder, "pairs", pair);
    else below(pair.server_group_id, "loose", pair);
  }
  for (const drill of disaster_recovery_drills) {
    names.set(drill.id, drill.name);
    below(drill.server_group_id, "drills", drill);
  }
  const parents = new Map((state.jobs ?? []).filter((job) => job.parent).map((job) => [job.id, job.parent]));
  const parts = new Map();
  for (const job of jobs) {
    const parent = parents.get(job.job_id);
    if (parent) parts.set(parent, [...(parts.get(parent) ?? []), job]);
  }
  const whole = jobs.filter((job) => !parents.has(job.job_id));
  const entities = new Map((state.jobs ?? []).map((job) => [job.id, job.entities ?? {}]));
  for (const job of whole) {
    job.parts = parts.get(job.job_id) ?? [];
    const subject = job.changes?.id ?? subjectOf(entities.get(job.job_id) ?? {});
    job.name = names.get(subject) ?? world.names.get(subject) ?? world.lost.get(subject);
    // What is gone is still called what it was called.
    if (job.name) world.lost.set(subject, job.name);
  }
  Object.assign(world, { groups: server_groups, children, names, jobs: whole });
}

/** What a job that has ended was about: the smallest of the things that it names. */
function subjectOf(entities) {
  const kinds = ["disaster_recovery_drill_id", "replication_pair_id", "protected_instance_id", "server_group_id"];
  return kinds.map((kind) => entities[kind]).find(Boolean);
}

/** The rows of a kind that belong to this one. */
export function below(kind, parent) {
  return world.children.get(`${kind} ${parent}`) ?? [];
}

/** What time it is in the project, in milliseconds. */
export function now() {
  if (!world.clock) return Date.now();
  const read = Date.parse(world.clock.now);
  return world.clock.mode === "frozen" ? read : read + performance.now() - world.clockRead;
}
