// The pictures of the READMEs: of the demonstration on a standing clock. SCREENSHOTS=1 writes them anew; otherwise they
// are made beside those that are there, which must be of the same size (fonts differ from machine to machine).

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Server, close, isClean, open, until } from "./stage.js";

const DOCS = `${process.env.DOCS}/images`;
const NEW = process.env.SCREENSHOTS ? DOCS : "pictures";

let server;
before(async () => {
  mkdirSync(NEW, { recursive: true });
  server = await Server.start(["demo", "--clock", "2026-01-15T09:30:00Z"], process.env.SCREENSHOTS && 7705);
  const [shop] = (await server.sdrs("GET", "/server-groups?name=shop")).value.server_groups;
  await server.mock("PUT", "/job-rules", [
    { match: { name: "winter-rehearsal" }, progression: { kind: "after", duration: "60s" } },
    { match: { name: "refused-rehearsal" }, progression: { kind: "immediate" }, outcome: { kind: "fail" } },
  ]);
  for (const name of ["refused-rehearsal", "winter-rehearsal"]) {
    await server.sdrs("POST", "/disaster-recovery-drills", { disaster_recovery_drill: { server_group_id: shop.id, name } });
  }
  await server.mock("POST", "/clock/advance", { by: "40s" });
});
after(close);

/** Width and height of a PNG, as its first chunk has them. */
const size = (file) => [16, 20].map((place) => readFileSync(file).readUInt32BE(place));

for (const [name, locale, colorScheme] of [["console.png", "en-US", "light"], ["console.zh-CN.png", "zh-CN", "dark"]]) {
  test(`${name} shows the console`, async () => {
    const page = await open(server, { context: { viewport: { width: 1280, height: 860 }, locale, colorScheme, reducedMotion: "reduce" } });
    await page.getByText("winter-rehearsal", { exact: true }).first().waitFor();
    await page.locator("progress").waitFor();
    // So that a command stands at the foot.
    const button = page.locator("li.row", { hasText: "audit" }).locator(".pencil");
    await button.click();
    await page.locator(".renaming input").fill("audit-2026");
    await page.keyboard.press("Enter");
    await until("renamed", async () => (await page.locator(".renaming").count()) === 0);
    await page.evaluate(() => document.activeElement.blur());
    await page.mouse.move(0, 0);
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${NEW}/${name}` });
    assert.deepEqual(size(`${NEW}/${name}`), size(`${DOCS}/${name}`));
    await isClean(page);
  });
}
