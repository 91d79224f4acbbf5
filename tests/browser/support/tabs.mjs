// Tabs of a page that says by `isReady` when it is.

/** Opens tabs of a page, each of a person with a browser of their own unless their `context` is given. */
export function tabs(browser, url) {
  return async function open(t, context) {
    context ??= await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    await isReady(page);
    return { page, context };
  };
}

export async function reload(page) {
  await page.reload();
  await isReady(page);
}

const isReady = (page) => page.waitForFunction('globalThis.isReady');
