// The dashboard in headless Chromium, served by a running node: what it shows, and for whom it can be used.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { guest, require, startNode } from "./support.mjs";

const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");
const shots = join(process.env.ICN_NPM, "screenshots");
mkdirSync(shots, { recursive: true });
const VIEWS = ["jobs", "mana", "proposals", "parameters", "members", "store", "health"];
const PHONE = { width: 390, height: 800 };
let node, browser;

before(async () => {
  node = await startNode();
  for (let i = 0; i < 3; ++i) node.icn("job", "run", guest("word_count"));
  node.icn("gov", "propose", "set", "job_base_umana=20000", "--title", "Jobs cost twice as much");
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
});
after(async () => {
  await browser?.close();
  await node?.stop();
});

// A page that fails the test if the policy of the server refused anything, or a script failed.
async function open(t, options, path = "/") {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (said) => /Content.Security.Policy/i.test(said.text()) && wrong.push(said.text()));
  t.after(() => context.close());
  await page.goto(node.url + path);
  return { page, wrong };
}

const go = async (page, view) => {
  await page.goto(`${node.url}/#/${view}`);
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => !document.body.innerText.includes("Asking…"));
};

async function addresses(page) {
  await go(page, "jobs");
  const job = await page.locator("tbody a[href^='#/jobs/']").first().getAttribute("href");
  const receipt = await page.locator("tbody a[href^='#/receipts/']").first().getAttribute("href");
  await go(page, "proposals");
  const proposal = await page.locator("tbody a").first().getAttribute("href");
  return [...VIEWS, ...[job, receipt, proposal].map((href) => href.slice(2))];
}

for (const colorScheme of ["light", "dark"]) {
  test(`every view is accessible in ${colorScheme}`, async (t) => {
    // Content-Security-Policy is bypassed for axe alone; the other tests run under it.
    const { page, wrong } = await open(t, { colorScheme, bypassCSP: true });
    for (const view of await addresses(page)) {
      await go(page, view);
      await page.addScriptTag({ path: axe });
      const found = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(found.violations.map((v) => `${view}: ${v.id}: ${v.nodes[0].html}`), []);
      await page.screenshot({ path: join(shots, `${view.replace(/\/.*/, "-one")}-${colorScheme}.png`) });
    }
    assert.deepEqual(wrong, []);
  });
}

test("nothing scrolls sideways on a phone, and the policy refuses nothing", async (t) => {
  const { page, wrong } = await open(t, { viewport: PHONE });
  for (const view of await addresses(page)) {
    await go(page, view);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view);
  }
  assert.deepEqual(wrong, []);
});

test("the policy is sent, and refuses inline code", async (t) => {
  const { page, wrong } = await open(t, {});
  const policy = (await (await fetch(node.url)).headers).get("content-security-policy");
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'/);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => globalThis.ran), undefined);
  await page.waitForFunction(() => true);
  assert.equal(wrong.length, 1);
});

test("the keyboard reaches everything", async (t) => {
  const { page } = await open(t, {});
  await go(page, "jobs");
  const wanted = await page.evaluate(() => [...document.querySelectorAll("a, button, select, input, [tabindex='0']")]
    .map((element, i) => (element.dataset.at = String(i))));
  const reached = new Set();
  for (let i = 0; i < wanted.length + 5; ++i) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.dataset.at));
  }
  assert.deepEqual(wanted.filter((at) => !reached.has(at)), []);
});

test("a job submitted elsewhere appears", async (t) => {
  const { page } = await open(t, {});
  await go(page, "jobs");
  const rows = page.locator("tbody tr");
  const first = await rows.count();
  node.icn("job", "run", guest("sha256"));
  await page.locator("tbody tr", { hasText: "sha256" }).waitFor();
  assert.equal(await rows.count(), first + 1);
  await page.locator("tbody tr", { hasText: "sha256" }).locator("a").first().click();
  await page.locator(".why li", { hasText: "completed" }).waitFor();
  await page.locator("pre[aria-label=Output]").waitFor();
});

test("a receipt is verified in the browser, and a wrong block is noticed", async (t) => {
  const { page } = await open(t, {});
  await go(page, "jobs");
  const href = await page.locator("tbody a[href^='#/receipts/']").first().getAttribute("href");
  await go(page, href.slice(2));
  await page.locator("h1 .state", { hasText: "verified" }).waitFor();
  assert.match(await page.locator("section").first().innerText(), /signature\s+verified\s+Ed25519 of did:key:z6Mk/);
  // The node, or someone in between, sends other bytes.
  await page.route("**/v1/dag/blocks/**", async (route) => {
    const answer = await route.fetch();
    const body = await answer.body();
    body[body.length - 1] ^= 1;
    await route.fulfill({ response: answer, body });
  });
  await page.reload();
  await page.locator("h1 .state", { hasText: "failed check" }).waitFor();
});

test("a key in the address leaves it at once, and stays in the tab", async (t) => {
  const { page } = await open(t, {}, "/#key=icn_secret");
  await page.locator("main h1").waitFor();
  assert.equal(page.url(), `${node.url}/#/jobs`);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("icn-key")), "icn_secret");
  assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
});
