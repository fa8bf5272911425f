// What the scripts that take pictures share: the browser's program, and when a page has come to rest.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export function browserPath() {
    if (process.env.CHROMIUM) return process.env.CHROMIUM;
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
        for (const place of (process.env.PATH ?? '').split(delimiter)) {
            try {
                accessSync(join(place, name), constants.X_OK);
                return join(place, name);
            } catch {
                // Not here: look on.
            }
        }
    }
    throw new Error('No Chromium found: install the package chromium, or set CHROMIUM.');
}

/** Waits until nothing is being loaded, every image is there and nothing has changed for three frames. */
export async function settled(page) {
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(
        () =>
            new Promise((resolve, reject) => {
                // Rejected after a while: the caller's own time-out then names the page.
                const end = performance.now() + 6000;
                let before = '';
                let still = 0;
                const look = () => {
                    const roots = [document, ...[...document.querySelectorAll('*')].map((one) => one.shadowRoot).filter(Boolean)];
                    const all = (what) => roots.flatMap((one) => [...one.querySelectorAll(what)]);
                    const busy = all('[aria-busy=true], .skeleton').some((one) => one.checkVisibility() && one.getBoundingClientRect().top < innerHeight) || all('img').some((one) => !one.complete);
                    const now = `${document.body.innerText.length} ${document.body.scrollHeight} ${all('*').length}`;
                    still = !busy && now === before ? still + 1 : 0;
                    before = now;
                    if (still >= 3) resolve(true);
                    else if (performance.now() > end) reject(new Error('the page does not come to rest'));
                    else requestAnimationFrame(look);
                };
                look();
            }),
    );
}
