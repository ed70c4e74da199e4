// Looks at the pages in a real browser: what they show, that nothing is wrong with them, how they are used with a pointer
// and with keys, how fast they are. PAGES is the folder with small/ and large/; screenshots go to its screenshots/.

import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import axe from "axe-core";
import { HtmlValidate, FileSystemConfigLoader } from "html-validate";
import { chromium } from "playwright-core";

const pages = process.env.PAGES;
const screenshots = join(pages, "screenshots");
const CLASS = join(pages, "small", "report.html");
const STUDENT = join(pages, "small", "student-1.html");
const BROKEN = join(pages, "small", "student-3.html");
const LARGE = join(pages, "large", "report.html");
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

let browser;

before(async () => {
  mkdirSync(screenshots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
});

after(() => browser?.close());

// Opens a page, and sees to it that it says nothing on the console and asks for nothing but itself.
const open = async (file, options = {}, use = async () => {}) => {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => request.url().startsWith("file:") || said.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await use(page);
  assert.deepEqual(said, []);
  await context.close();
};

const names = (page) => page.locator("tbody tr:visible th a").allTextContents().then((texts) => texts.map((text) => text.split(" ")[0]));

for (const [name, file] of [["class", CLASS], ["student", STUDENT], ["broken", BROKEN]]) {
  for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    for (const colorScheme of ["light", "dark"]) {
      test(`the ${name} page fits on a ${size} in ${colorScheme} and has no serious accessibility fault`, () =>
        open(file, { viewport, colorScheme }, async (page) => {
          for (const details of await page.locator("details").all()) await details.evaluate((each) => (each.open = true));
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wider <= 0, `${wider} pixels too wide`);
          await page.screenshot({ path: join(screenshots, `${name}-${size}-${colorScheme}.png`) });
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate(() => axe.run());
          const found = violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0].html}`);
          assert.deepEqual(found, []);
        }));
    }
  }
}

test("the pages are valid HTML", async () => {
  // How long an assignment's name is and how a compiler ends its lines is not ours.
  const rules = { "long-title": "off", "no-trailing-whitespace": "off" };
  const validator = new HtmlValidate(new FileSystemConfigLoader({ root: true, extends: ["html-validate:recommended"], rules }));
  for (const file of [CLASS, STUDENT, BROKEN, LARGE]) {
    const { results } = await validator.validateFile(file);
    const found = results.flatMap((result) => result.messages).map(({ ruleId, message, line }) => `${file}:${line}: ${ruleId}: ${message}`);
    assert.deepEqual(found.slice(0, 10), []);
  }
});

test("what a student wrote does nothing", () =>
  open(CLASS, {}, async (page) => {
    assert.ok((await page.title()).startsWith("Cross-entropy </script><img"));
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script").count(), 1);
  }));

test("a column is sorted up, then down, and says so", () =>
  open(CLASS, {}, async (page) => {
    const header = page.locator("thead th", { hasText: "Points" });
    await header.getByRole("button").click();
    assert.equal(await header.getAttribute("aria-sort"), "ascending");
    assert.deepEqual(await names(page), ["carol", "ben", "bob", "alice", "dan", "erin"]);
    await header.getByRole("button").click();
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    assert.deepEqual(await names(page), ["alice", "ben", "bob", "carol", "dan", "erin"]);
    await page.locator("thead th", { hasText: "Submission" }).getByRole("button").click();
    assert.equal(await header.getAttribute("aria-sort"), null);
    assert.deepEqual(await names(page), ["alice", "ben", "bob", "carol", "dan", "erin"]);
  }));

test("the filter goes by words and by status, and says how many are left", () =>
  open(CLASS, {}, async (page) => {
    const shown = () => page.locator("#shown").textContent();
    assert.equal(await shown(), "6 of 6 shown");
    await page.getByLabel("Search").fill("LOVELACE bo");
    assert.deepEqual(await names(page), ["bob"]);
    assert.equal(await page.locator("details.s:visible").count(), 1);
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Status").selectOption("does not compile");
    assert.deepEqual(await names(page), ["carol"]);
    assert.equal(await shown(), "1 of 6 shown");
    await page.getByLabel("Search").fill("nobody");
    assert.equal(await shown(), "0 of 6 shown");
  }));

test("everything is reached and worked with keys", () =>
  open(CLASS, {}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "To the submissions");
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
    const reached = [];
    for (let step = 0; step < 40 && !reached.includes("ben"); step++) {
      await page.keyboard.press("Tab");
      reached.push((await focused()).split(" ")[0]);
    }
    for (const wanted of ["search", "Submission", "Points", "alice", "ben"]) assert.ok(reached.includes(wanted), `${wanted} in ${reached}`);
    await page.keyboard.press("Enter");
    const section = page.locator("details.s", { hasText: "ben Lovelace" });
    assert.equal(await section.evaluate((each) => each.open), true);
    assert.ok(await section.locator("h3").isVisible());
  }));

test("a failure that another has in full is copied when it is looked at", () =>
  open(CLASS, {}, async (page) => {
    await page.locator("tbody a", { hasText: "bob" }).click();
    const section = page.locator("details.s", { hasText: "bob Lovelace" });
    assert.equal(await section.evaluate((each) => each.open), true);
    const texts = await section.locator("pre mark").count();
    assert.ok(texts > 0);
    assert.ok(await section.locator("svg.plot").first().isVisible());
    assert.equal(await page.evaluate(() => new Set([...document.querySelectorAll("[id]")].map((each) => each.id)).size),
      await page.locator("[id]").count());
  }));

test("without scripts the page is read all the same", () =>
  open(CLASS, { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator("tbody tr").count(), 6);
    assert.equal(await page.locator(".filter").isVisible(), false);
    await page.locator("tbody a", { hasText: "ben" }).click();
    assert.ok(await page.locator("details.s", { hasText: "ben Lovelace" }).locator("pre").first().isVisible());
  }));

test("a student sees no hidden check", () =>
  open(STUDENT, {}, async (page) => {
    const text = await page.locator("body").textContent();
    for (const hidden of ["check 10 ", "check 11 ", "check 12 "]) assert.ok(!text.includes(hidden), hidden);
    assert.ok(text.includes("3 hidden checks: 1.5 of 2.31 points"));
  }));

test("the pages are printed", () =>
  open(STUDENT, {}, async (page) => {
    const pdf = await page.pdf({ path: join(screenshots, "student.pdf"), format: "A4" });
    assert.ok(pdf.length > 10_000);
  }));

test("a thousand submissions are at most 5 MB and shown within 2 s", () =>
  open(LARGE, {}, async (page) => {
    const size = statSync(LARGE).size;
    const times = await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType("navigation");
      const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
      return { paint, ready: navigation.domContentLoadedEventEnd, loaded: navigation.loadEventEnd };
    });
    const timed = async (what) => {
      const start = performance.now();
      await what();
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
      return performance.now() - start;
    };
    const sorted = await timed(() => page.locator("thead th", { hasText: "Points" }).getByRole("button").click());
    const filtered = await timed(() => page.getByLabel("Search").fill("student-09"));
    assert.equal(await page.locator("#shown").textContent(), "100 of 1000 shown");
    const ms = (time) => `${Math.round(time)} ms`;
    console.log(`1,000 submissions: ${(size / 1e6).toFixed(2)} MB; first paint after ${ms(times.paint)}, usable after ${ms(times.ready)}, ` +
      `loaded after ${ms(times.loaded)}; sorted in ${ms(sorted)}, filtered in ${ms(filtered)}`);
    assert.ok(size <= 5e6, `${size} bytes`);
    assert.ok(times.paint < 2000, `first paint after ${times.paint} ms`);
    assert.ok(times.ready < 4000, `usable after ${times.ready} ms`);
  }));
