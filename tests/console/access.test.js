// For whom and how it is to be used: both languages, both themes, narrow and wide, without a mouse, with a reader.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { GROUP, PROJECT, Server, close, isClean, open, until } from "./stage.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = ["topology", "failures", "journal", "report"];

let server;
before(async () => {
  server = await Server.start();
  const made = (name) => server.sdrs("POST", "/disaster-recovery-drills", { disaster_recovery_drill: { server_group_id: GROUP, name } });
  await server.mock("PUT", "/job-rules", [
    { match: { name: "stuck" }, outcome: { kind: "stuck" } },
    { match: { name: "slow" }, progression: { kind: "after", duration: "10m" } },
    { match: { name: "failed" }, outcome: { kind: "fail" } },
  ]);
  for (const name of ["stuck", "slow", "failed"]) await made(name);
  await server.mock("POST", "/faults", { match: { operation: "ShowQuota" }, effect: { kind: "error", status: 503 } });
  await server.sdrs("GET", "/sdrs/quotas?unread=1");
  await server.ask("GET", `/v1/${PROJECT}/nowhere`);
});
after(close);

/** Turns to a view, with as much of it open as there is. */
async function turnTo(page, view) {
  await page.locator(".tab").nth(VIEWS.indexOf(view)).click();
  if (view === "journal") await page.locator(".entry").first().click();
  if (view === "report") await page.locator("table").waitFor();
  await page.waitForTimeout(150);
}

/** What axe finds that is serious. */
async function faults(page) {
  // Not a script of the page, which its policy would refuse, but one of the browser's driver.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter(({ impact }) => ["serious", "critical", "moderate"].includes(impact));
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing in the ${theme} theme`, async () => {
    const page = await open(server, { context: { colorScheme: theme } });
    for (const view of VIEWS) {
      await turnTo(page, view);
      assert.deepEqual(await faults(page), [], view);
    }
    await turnTo(page, "topology");
    await page.getByRole("button", { name: "New drill: shop" }).click();
    assert.deepEqual(await faults(page), [], "the dialog");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Rename spring-rehearsal" }).click();
    await page.getByRole("textbox", { name: /New name/ }).fill("a b");
    await page.keyboard.press("Enter");
    await page.locator(".renaming [role=alert]").waitFor();
    await page.getByRole("button", { name: "History" }).click();
    assert.deepEqual(await faults(page), [], "a refused rename, and the history");
    await isClean(page);
  });
}

/** What reaches beyond the page or is cut off, and controls that cover one another. */
function layout() {
  const wide = document.documentElement.clientWidth;
  const inside = (element) => element.closest(".scroll, pre, .unseen, .skip, .last");
  const top = document.querySelector("dialog") ?? document.querySelector("#app");
  const seen = [...top.querySelectorAll("*")].filter((element) => element.checkVisibility() && !inside(element));
  const told = (element) => `${element.localName}.${element.className}: ${element.textContent.slice(0, 40)}`;
  const out = seen.filter((element) => element.getBoundingClientRect().right > wide + 0.5 || element.getBoundingClientRect().left < -0.5);
  const cut = seen.filter((element) => element.matches("button, .badge, .text, h2, h3, h4, .tab") && !element.matches(".entry .text") && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow !== "visible");
  const controls = seen.filter((element) => element.matches("button, input, select, summary") && !element.closest(".commands"));
  const boxes = controls.map((element) => [element, element.getBoundingClientRect()]);
  const over = boxes.flatMap(([one, a], index) =>
    boxes.slice(index + 1).filter(([other, b]) => !one.contains(other) && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(([other]) => `${told(one)} over ${told(other)}`),
  );
  return [...out.map((element) => `out: ${told(element)}`), ...cut.map((element) => `cut: ${told(element)}`), ...over, document.documentElement.scrollWidth > wide ? "the page scrolls sideways" : ""].filter(Boolean);
}

for (const [width, locale] of [[1280, "en-US"], [1280, "zh-CN"], [768, "en-US"], [360, "en-US"], [360, "zh-CN"]]) {
  test(`nothing overlaps, overflows or is cut at ${width} px in ${locale}`, async () => {
    const page = await open(server, { context: { viewport: { width, height: 800 }, locale } });
    for (const view of VIEWS) {
      await turnTo(page, view);
      assert.deepEqual(await page.evaluate(layout), [], view);
    }
    await turnTo(page, "topology");
    await page.locator("article .halves .bar .button").first().click();
    await page.locator("dialog select").first().selectOption("after");
    assert.deepEqual(await page.evaluate(layout), [], "the dialog");
    await isClean(page);
  });
}

test("it speaks the browser's language, and the other one when asked, and keeps to it", async () => {
  const page = await open(server);
  await page.getByRole("heading", { name: "Protection groups" }).waitFor();
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("heading", { name: "保护组" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await page.reload();
  await page.getByRole("heading", { name: "保护组" }).waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Protection groups" }).waitFor();
  await isClean(page);
  const chinese = await open(server, { context: { locale: "zh-CN" } });
  await chinese.getByRole("heading", { name: "保护组" }).waitFor();
  await isClean(chinese);
});

test("every text is there in both languages", async () => {
  const page = await open(server);
  const shown = async () => {
    const texts = [];
    for (const view of VIEWS) {
      await turnTo(page, view);
      texts.push(await page.locator("#app").innerText());
    }
    return texts.join("\n");
  };
  const english = await shown();
  assert.doesNotMatch(english.replaceAll("中文", ""), /\p{Script=Han}/u);
  await page.getByRole("button", { name: "中文" }).click();
  const chinese = await shown();
  for (const word of ["Protection", "Protected", "Replication", "Drill", "Armed", "Freeze", "Report", "Journal", "Request ", "Answer", "Arm\n"]) {
    const names = /[A-Z]\w*(Protection|Protected|Replication|Drill|Quota)\w*|\w+(NoCG|New|Drill)\b/g;
    assert.ok(!chinese.replace(names, "").includes(word), `${word} is not translated`);
  }
  await isClean(page);
});

test("the theme is the system's or the one that is chosen", async () => {
  const page = await open(server, { context: { colorScheme: "dark" } });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.getByLabel("Theme").selectOption("light");
  const light = await ground();
  assert.notEqual(light, dark);
  await page.reload();
  await page.locator(".link.live").waitFor();
  assert.equal(await ground(), light);
  await isClean(page);
  const other = await open(server, { context: { colorScheme: "light" } });
  await other.getByLabel("Theme").selectOption("dark");
  assert.equal(await other.evaluate(() => getComputedStyle(document.body).backgroundColor), dark);
  await isClean(other);
});

/** Goes on with the Tab key until what has the focus is called so. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    const own = await page.evaluate(() => {
      const element = document.activeElement;
      return [element.getAttribute("aria-label"), element.innerText, element.labels?.[0]?.innerText].filter(Boolean);
    });
    if (own.some((each) => each.trim() === name)) {
      const { outlineStyle, outlineWidth } = await page.evaluate(() => getComputedStyle(document.activeElement));
      assert.ok(outlineStyle !== "none" && outlineWidth !== "0px", `${name} does not show that it has the focus`);
      return;
    }
  }
  assert.fail(`Tab never comes to ${name}`);
}

test("all of it works from the keyboard alone", async () => {
  const own = await Server.start();
  const page = await open(own);
  const { keyboard } = page;
  await page.getByRole("article", { name: "shop" }).waitFor();
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content", "the first stop skips to the content");
  await tabTo(page, "Rename spring-rehearsal");
  await keyboard.press("Enter");
  await keyboard.type("by-keyboard");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Rename by-keyboard" }).waitFor();
  await until("the focus is back", () => page.evaluate(() => document.activeElement.getAttribute("aria-label") === "Rename by-keyboard"));
  await page.evaluate(() => document.querySelector("#content").focus());
  await tabTo(page, "New drill: shop");
  await keyboard.press("Enter");
  await keyboard.type("typed");
  await keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Rename typed" }).waitFor();
  await until("the focus is back", () => page.evaluate(() => document.activeElement.getAttribute("aria-label") === "New drill: shop"));
  await page.evaluate(() => document.querySelector("#content").focus());
  await tabTo(page, "Fail over: shop");
  await keyboard.press("Space");
  await page.getByRole("dialog").waitFor();
  await keyboard.press("Enter");
  await until("failed over", async () => (await own.sdrs("GET", `/server-groups/${GROUP}`)).value.server_group.status === "failed-over");
  await tabTo(page, "History");
  await keyboard.press("Enter");
  await page.locator(".past").waitFor();
  await keyboard.press("Escape");
  await page.locator(".past").waitFor({ state: "detached" });
  await page.reload();
  await page.locator(".link.live").waitFor();
  await page.getByRole("article", { name: "shop" }).waitFor();
  await tabTo(page, "Freeze");
  await keyboard.press("Enter");
  await page.locator(".now", { hasText: "frozen" }).waitFor();
  await page.reload();
  await page.locator(".link.live").waitFor();
  await tabTo(page, "Failures");
  await keyboard.press("Enter");
  await tabTo(page, "Arm: 503 twice");
  await keyboard.press("Enter");
  await page.getByText("first", { exact: false }).first().waitFor().catch(() => {});
  await until("armed", async () => (await own.mock("GET", "/faults")).value.faults.length === 1);
  await page.reload();
  await page.locator(".link.live").waitFor();
  await tabTo(page, "Journal");
  await keyboard.press("Enter");
  await page.locator(".entry").first().waitFor();
  await page.locator(".entry").first().focus();
  await keyboard.press("Enter");
  const first = await page.locator(".details").getAttribute("aria-label");
  await keyboard.press("ArrowDown");
  await until("the next entry", async () => (await page.locator(".details").getAttribute("aria-label")) !== first);
  await isClean(page);
  await own.stop();
});
