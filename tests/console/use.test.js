// What the console is for: to look at a project and to change it, through the API that clients use.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { DRILL, GROUP, PROJECT, Server, close, isClean, open, until } from "./stage.js";

let server, page;
before(async () => (server = await Server.start()));
after(close);
afterEach(async () => {
  await isClean(page);
  await server.mock("POST", "/reset");
});

const drills = async () => (await server.sdrs("GET", "/disaster-recovery-drills")).value.disaster_recovery_drills;
const row = (name) => page.locator("li.row", { hasText: name });
const tab = (name) => page.getByRole("button", { name, exact: false }).and(page.locator(".tab"));

async function createDrill(name, fill = async () => {}) {
  await page.getByRole("button", { name: "New drill: shop" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await fill(dialog);
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.waitFor({ state: "detached" });
}

test("it opens and shows the world of the project", async () => {
  page = await open(server);
  const card = page.getByRole("article", { name: "shop" });
  for (const name of ["shop-db", "shop-app", "shop-web", "shop-db-0001", "spring-rehearsal"]) {
    await card.getByText(name, { exact: true }).waitFor();
  }
  assert.equal(await card.locator("header .badge").innerText(), "protected");
  assert.equal(await card.locator(".site.charge").innerText().then((text) => text.split("\n").at(-2) ?? text), "cn-north-1a");
  // To look at a world is not to ask for it: the journal stays empty.
  assert.equal((await server.mock("GET", "/requests")).value.total, 0);
});

test("a drill is renamed in place, and the API agrees", async () => {
  page = await open(server);
  await page.getByRole("button", { name: "Rename spring-rehearsal" }).click();
  const input = page.getByRole("textbox", { name: "New name of spring-rehearsal" });
  await input.fill("autumn");
  await input.press("Enter");
  await page.getByRole("button", { name: "Rename autumn" }).waitFor();
  assert.equal((await server.sdrs("GET", `/disaster-recovery-drills/${DRILL}`)).value.disaster_recovery_drill.name, "autumn");
});

test("a bad name is refused beside its field with the message of the API, and changes nothing", async () => {
  page = await open(server);
  await page.getByRole("button", { name: "Rename spring-rehearsal" }).click();
  const input = page.getByRole("textbox", { name: "New name of spring-rehearsal" });
  await input.fill("a b");
  await page.getByRole("button", { name: "Save" }).click();
  const refused = await server.sdrs("PUT", `/disaster-recovery-drills/${DRILL}`, { disaster_recovery_drill: { name: "a b" } });
  const told = page.locator(".renaming [role=alert]");
  await told.waitFor();
  assert.equal(await told.innerText(), refused.value.badrequest.message);
  assert.equal(await input.getAttribute("aria-describedby"), await told.getAttribute("id"));
  assert.equal((await drills())[0].name, "spring-rehearsal");
  await input.press("Escape");
  await input.waitFor({ state: "detached" });
});

test("instances, pairs and groups are renamed in place too", async () => {
  page = await open(server);
  for (const [name, path, member] of [
    ["shop-web", "/protected-instances/ed43e22b-cb78-4236-b5a8-618c5c79e914", "protected_instance"],
    ["shop-web-0001", "/replications/5fb9ac88-c178-4284-9906-1229fe19bead", "replication"],
    ["shop", `/server-groups/${GROUP}`, "server_group"],
  ]) {
    await page.getByRole("button", { name: `Rename ${name}`, exact: true }).click();
    const input = page.getByRole("textbox", { name: `New name of ${name}`, exact: true });
    await input.fill(`${name}.new`);
    await input.press("Enter");
    await page.getByRole("button", { name: `Rename ${name}.new`, exact: true }).waitFor();
    assert.equal((await server.sdrs("GET", path)).value[member].name, `${name}.new`);
  }
});

test("a drill that takes three seconds becomes available while nobody asks", async () => {
  page = await open(server);
  await createDrill("after-a-while", async (dialog) => {
    await dialog.getByLabel("Its job ends").selectOption("after");
    assert.equal(await dialog.getByLabel("Duration").inputValue(), "3s");
  });
  const badge = page.getByRole("article").locator("li.row", { hasText: "after-a-while" }).locator(".badge");
  assert.equal(await badge.innerText(), "creating");
  await page.locator("[data-job] progress").waitFor();
  await until("available", async () => (await badge.innerText()) === "available");
  const asked = (await server.mock("GET", "/requests")).value.requests.map((entry) => entry.operation);
  assert.deepEqual(asked, ["CreateDisasterRecoveryDrill"], "the page asked for nothing but the drill");
});

test("a job that counts polls is polled by its button alone", async () => {
  page = await open(server);
  await createDrill("counted", async (dialog) => {
    await dialog.getByLabel("Its job ends").selectOption("polls");
    await dialog.getByLabel("Polls").fill("3");
  });
  const job = page.locator("[data-job]", { hasText: "counted" });
  for (const left of [3, 2, 1]) {
    await job.getByText(`waits for polls: ${left} left`).waitFor();
    await server.sdrs("GET", "/disaster-recovery-drills");
    await job.getByRole("button", { name: "Poll counted" }).click();
  }
  await job.getByText("SUCCESS").waitFor();
  const asked = (await server.mock("GET", "/requests?operation=ShowJobStatus")).value;
  assert.equal(asked.total, 3, "the page polled by itself");
});

test("jobs are completed and failed by hand, and show with what", async () => {
  page = await open(server);
  for (const [name, button, expected] of [["good", "Complete", "SUCCESS"], ["doomed", "Fail", "FAIL"]]) {
    await createDrill(name, (dialog) => dialog.getByLabel("Its job ends").selectOption("manual"));
    const job = page.locator("[data-job]", { hasText: name });
    await job.getByRole("button", { name: `${button} ${name}` }).click();
    await job.getByText(expected, { exact: true }).waitFor();
  }
  await page.locator("[data-job]", { hasText: "doomed" }).getByText("SDRS.1922", { exact: true }).waitFor();
});

test("a refused drill leaves no rule behind, and says why beside its field", async () => {
  page = await open(server);
  await page.getByRole("button", { name: "New drill: shop" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("a b");
  await dialog.getByLabel("Its job ends").selectOption("after");
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.getByText(/Invalid name/).waitFor();
  await until("no rule", async () => (await server.mock("GET", "/job-rules")).value.job_rules.length === 0);
  await dialog.getByLabel("Duration").fill("soon");
  await dialog.getByRole("button", { name: "Create" }).click();
  await until("the duration is blamed", async () => (await dialog.getByLabel("Duration").getAttribute("aria-invalid")) === "true");
  await dialog.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("a group is failed over, reprotected and reversed, a drill deleted", async () => {
  page = await open(server);
  const card = page.getByRole("article", { name: "shop" });
  for (const [action, status] of [["Fail over", "failed-over"], ["Reprotect", "protected"], ["Planned failover", "protected"], ["Disable protection", "available"], ["Enable protection", "protected"]]) {
    await page.getByRole("button", { name: `${action}: shop` }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("As curl").click();
    assert.match(await dialog.locator("pre").innerText(), /server-group/);
    await dialog.getByRole("button", { name: action, exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await until(status, async () => (await card.locator("header .badge").innerText()) === status);
  }
  await page.getByRole("button", { name: "Delete spring-rehearsal" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await card.getByText("No drills yet").waitFor();
  assert.deepEqual(await drills(), []);
});

test("503 twice is armed, fires and shows in the journal beside its answer", async () => {
  page = await open(server);
  await tab("Failures").click();
  await page.getByRole("button", { name: "Arm: 503 twice" }).click();
  await page.getByText("fault-1", { exact: true }).waitFor();
  await tab("Journal").click();
  const rename = () => server.sdrs("PUT", `/disaster-recovery-drills/${DRILL}`, { disaster_recovery_drill: { name: "tried" } });
  for (const status of [503, 503, 200]) assert.equal((await rename()).status, status);
  const entries = page.locator(".entry");
  await until("three entries", async () => (await entries.count()) === 3);
  await page.locator(".entry", { hasText: "503" }).first().click();
  const answer = page.getByRole("region", { name: "Answer" });
  await answer.getByText("fault-1").waitFor();
  assert.match(await answer.locator("pre").innerText(), /Service unavailable/);
  assert.match(await page.getByRole("region", { name: "Request" }).locator("pre").innerText(), /"name": "tried"/);
  await tab("Failures").click();
  await page.getByText("fired 2× · spent").waitFor();
  await page.getByRole("button", { name: "Remove fault-1" }).click();
  await page.getByText("No faults are armed.").waitFor();
});

test("the other presets do as they say", async () => {
  page = await open(server);
  await tab("Failures").click();
  await page.getByRole("button", { name: "Arm: A job fails" }).click();
  await page.getByText("rule-1", { exact: true }).waitFor();
  const made = { disaster_recovery_drill: { server_group_id: GROUP, name: "first" } };
  await server.sdrs("POST", "/disaster-recovery-drills", made);
  await until("it failed", async () => (await server.mock("GET", "/jobs?status=FAIL")).value.count === 1);
  await page.getByRole("button", { name: "Arm: A job is stuck" }).click();
  await until("armed", async () => (await server.mock("GET", "/job-rules")).value.job_rules.length === 2);
  made.disaster_recovery_drill.name = "second";
  await server.sdrs("POST", "/disaster-recovery-drills", made);
  await tab("Topology").click();
  await page.locator("[data-job]", { hasText: "second" }).getByText("stuck: never ends by itself").waitFor();
  await tab("Failures").click();
  await page.getByRole("button", { name: "Arm: The answer is lost" }).click();
  await until("armed", async () => (await server.mock("GET", "/faults")).value.faults.length === 1);
  const rename = server.sdrs("PUT", `/disaster-recovery-drills/${DRILL}`, { disaster_recovery_drill: { name: "lost" } });
  await assert.rejects(rename);
  assert.equal((await server.sdrs("GET", `/disaster-recovery-drills/${DRILL}`)).value.disaster_recovery_drill.name, "lost");
  await page.getByRole("button", { name: "Clear all rules" }).click();
  await page.getByText("No rules: jobs end as the server is set.").waitFor();
});

test("the clock is frozen and turned, by a step and to what is due next", async () => {
  page = await open(server);
  await page.getByRole("button", { name: "Freeze" }).click();
  await page.locator(".now", { hasText: "frozen" }).waitFor();
  const shown = () => page.locator("[data-says=now]").innerText();
  const frozen = await shown();
  await page.getByRole("button", { name: "Advance by 10m" }).click();
  await until("ten minutes on", async () => Date.parse((await shown()).replace(" ", "T")) - Date.parse(frozen.replace(" ", "T")) === 600_000);
  await createDrill("due", async (dialog) => {
    await dialog.getByLabel("Its job ends").selectOption("after");
    await dialog.getByLabel("Duration").fill("1h");
  });
  const badge = page.getByRole("article").locator("li.row", { hasText: "due" }).locator(".badge");
  assert.equal(await badge.innerText(), "creating");
  await page.getByRole("button", { name: "Next due" }).click();
  await until("available", async () => (await badge.innerText()) === "available");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".now", { hasText: "running" }).waitFor();
});

test("what the page did is there as curl, which does the same when pasted", async () => {
  page = await open(server);
  await page.getByRole("button", { name: "Rename spring-rehearsal" }).click();
  const input = page.getByRole("textbox", { name: "New name of spring-rehearsal" });
  await input.fill("it's");
  await input.press("Enter");
  await page.locator(".renaming [role=alert]").waitFor();
  await page.getByRole("button", { name: /^Copy the command/ }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const said = execFileSync("sh", ["-c", `${command} -s`], { encoding: "utf8" });
  assert.match(said, /Invalid name.*it has '/);
  await input.fill("pasted");
  await input.press("Enter");
  await page.getByRole("button", { name: "Rename pasted" }).waitFor();
  await server.sdrs("PUT", `/disaster-recovery-drills/${DRILL}`, { disaster_recovery_drill: { name: "between" } });
  await page.getByRole("button", { name: "Rename between" }).waitFor();
  await page.getByRole("button", { name: "History" }).click();
  const lines = await page.locator(".past pre").allInnerTexts();
  assert.equal(lines.length, 2);
  execFileSync("sh", ["-c", `${lines[0]} -s`]);
  await page.getByRole("button", { name: "Rename pasted" }).waitFor();
});

test("the report and the coverage follow what clients do", async () => {
  page = await open(server);
  await tab("Report").click();
  await page.getByText(/Nothing to remark/).waitFor();
  await server.sdrs("GET", "/disaster-recovery-drills?limt=1");
  await page.getByText("ListDisasterRecoveryDrills does not read the parameter limt").waitFor();
  await page.getByRole("row", { name: /^ListDisasterRecoveryDrills \d/ }).waitFor();
});

test("another project is opened, and a project starts over from a scenario", async () => {
  page = await open(server);
  await page.getByLabel("Project").selectOption("");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Project ID").fill("no blanks");
  await dialog.getByRole("button", { name: "Open" }).click();
  await dialog.locator("[role=alert]").waitFor();
  await dialog.getByLabel("Project ID").fill("other-one");
  await dialog.getByRole("button", { name: "Open" }).click();
  await page.getByRole("article", { name: "shop" }).waitFor();
  await tab("Failures").click();
  await page.getByRole("button", { name: "Start over…" }).click();
  await page.getByRole("dialog").getByLabel("Start from").selectOption("scenario:failed-over-group");
  await page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
  await tab("Topology").click();
  await until("failed over", async () => (await page.locator("article header .badge").innerText()) === "failed-over");
  assert.equal((await server.sdrs("GET", "/server-groups")).value.server_groups[0].status, "protected", `${PROJECT} is another one`);
  await server.ask("DELETE", "/_mock/projects/other-one");
});
