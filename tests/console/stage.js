// A server, a browser and a page for each test, and what all pages must keep: no error, no other host.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { chromium } from "playwright-core";

/** The project that the console opens by itself. */
export const PROJECT = "0123456789abcdef0123456789abcdef";
/** The group and the drill of the scenario `protected-group`. */
export const GROUP = "b0f372aa-7c4a-4e37-b44d-a302d5fc1faf";
export const DRILL = "844aa2d0-7137-4463-bead-e64a88a0c653";
/** How long something may take that must happen; only a failing test waits so long. */
export const PATIENCE = 15_000;

/** A port that nothing listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((bound) => server.once("listening", bound));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Servers that no test has stopped: one that fails does not. */
const running = new Set();

/** A running server; `ask` speaks to it as a client does. */
export class Server {
  static async start(args = ["--scenario", "protected-group"], port = undefined) {
    const server = new Server();
    server.port = port ?? (await freePort());
    server.url = `http://127.0.0.1:${server.port}`;
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SDRS_MOCK_")));
    server.process = spawn(process.env.SDRS_MOCK, [...args, "--listen", `127.0.0.1:${server.port}`, "--log", "off"], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    running.add(server.process);
    await new Promise((ready, failed) => {
      server.process.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
      server.process.stdout.on("data", (text) => String(text).includes(" ready on ") && ready());
    });
    return server;
  }

  async stop() {
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGTERM");
    await ended;
    running.delete(this.process);
  }

  async ask(method, path, body, headers = {}) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await fetch(this.url + path, { method, body: text, headers: { "Content-Type": "application/json", ...headers } });
    const value = await answer.text();
    return { status: answer.status, value: value ? JSON.parse(value) : null };
  }

  sdrs(method, path, body) {
    return this.ask(method, `/v1/${PROJECT}${path}`, body);
  }

  mock(method, path, body, headers) {
    return this.ask(method, `/_mock${path}${path.includes("?") ? "&" : "?"}project=${PROJECT}`, body, headers);
  }
}

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium"].find((path) => path && existsSync(path));
let browser;

/** The browser, started once. */
export async function theBrowser() {
  assert.ok(executablePath, "needs Debian's chromium, or CHROMIUM with its path");
  browser ??= await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return browser;
}

/** Ends what a failed test has left. */
export async function close() {
  await browser?.close();
  running.forEach((server) => server.kill("SIGKILL"));
}

/** What a browser itself writes down when a request is refused or broken, which some tests have on purpose. */
const LOADING = /^Failed to load resource/;

/** A page of the console, watched: `errors` has what went wrong in it, `foreign` what it asked of others. */
export async function open(server, { context: options = {}, path = "/_mock/", live = true } = {}) {
  const context = await (await theBrowser()).newContext({ viewport: { width: 1280, height: 860 }, locale: "en-US", ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.errors = [];
  page.foreign = [];
  page.on("console", (message) => {
    const said = message.text();
    if (["error", "warning"].includes(message.type()) && !LOADING.test(said)) page.errors.push(said);
  });
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) page.foreign.push(request.url());
  });
  await page.goto(server.url + path);
  if (live) await page.locator(".link.live").waitFor();
  return page;
}

/** Asserts that a page did nothing that it must not, and closes it. */
export async function isClean(page) {
  assert.deepEqual(page.errors, []);
  assert.deepEqual(page.foreign, []);
  await page.context().close();
}

/** Waits until something is so. */
export async function until(what, holds) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await holds();
    if (value) return value;
    assert.ok(Date.now() < end, `it never was so: ${what}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
