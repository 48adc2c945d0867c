import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeCamera } from "../support/fake-camera.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { readPicture, readSound } from "../support/picture.ts";
import { type Product, startProduct } from "../support/product.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * An association at its table: staff enter by their link, visitors come unseen and unheard, one asks to speak and is
 * let in with voice, then with picture. Staff and visitors have browsers, cameras and tones of their own.
 */

const STAFF_HZ = 440;
const VISITOR_HZ = 880;
const CAMERA = "?camera=320x180@15";
const PATIENCE_MS = 45_000;

describe("a booth and its visitors", () => {
  let product: Product;
  let hall: Browser;
  let home: Browser;
  let staff: Visitor;
  let asker: Visitor;
  let listener: Visitor;
  let boothUrl: string;

  beforeAll(async () => {
    const folder = join(import.meta.dirname, "../output/fake");
    const staffCamera = createFakeCamera("staff", { folder, toneHz: STAFF_HZ });
    const visitorCamera = createFakeCamera("visitor", { folder, toneHz: VISITOR_HZ, colour: [130, 170, 90] });
    product = await startProduct();
    hall = await launchChromium(staffCamera);
    home = await launchChromium(visitorCamera);
    staff = await Visitor.create(hall, product.url);
    asker = await Visitor.create(home, product.url);
    listener = await Visitor.create(home, product.url, { width: 390, height: 844 });
    for (const { page } of [staff, asker, listener]) page.setDefaultTimeout(PATIENCE_MS);
  });

  afterAll(async () => {
    await hall?.close();
    await home?.close();
    await product?.stop();
  });

  it("is unstaffed until its staff open the table, and shows that without a reload", async () => {
    const { page } = staff;
    await page.goto(product.link(/^Staff/));
    await page.waitForURL(/\/staff$/);
    boothUrl = page.url().replace(/\/staff$/, "");
    for (const visitor of [asker, listener]) {
      await visitor.page.goto(`${boothUrl}${CAMERA}`);
      await visitor.page.getByText("Ei ketään paikalla juuri nyt").waitFor();
    }
    await page.goto(`${boothUrl}/staff${CAMERA}`);
    await page.getByLabel("Nimesi").fill("Maija Muistiyhdistys");
    await page.locator(".device-check-picture video").waitFor();
    await page.getByText("Sano jotakin").waitFor();
    await page.getByRole("button", { name: "Avaa pöytä" }).click();
    await asker.page.getByText("Paikalla nyt").waitFor();
    await listener.page.getByText("Paikalla nyt").waitFor();
  });

  it("lets visitors in unseen and unheard: the staff see how many, not who", async () => {
    await sitDown(asker, "Anneli");
    await sitDown(listener, "Reino");
    await staff.page.getByText("2 kuuntelijaa").waitFor();
    expect(await staff.page.getByText("Anneli").count()).toBe(0);
    expect(await staff.page.getByText("Reino").count()).toBe(0);
    expect(await staff.page.locator(".peer-tile").count()).toBe(1);
    expect(await staff.page.locator("audio.call-sound").count()).toBe(0);
    expect(await asker.page.getByRole("button", { name: "Mikrofoni päällä" }).count()).toBe(0);
  });

  it("shows and plays the staff to the visitors", async () => {
    for (const visitor of [asker, listener]) {
      await seesMoving(visitor, "Maija Muistiyhdistys");
      await hears(visitor, STAFF_HZ);
    }
    await asker.shoot("booth-listening");
    await listener.shoot("booth-listening-phone", true);
  });

  it("admits one who asks with voice: heard by the staff and by the other visitor, seen by nobody", async () => {
    await asker.page.getByRole("button", { name: "Pyydä puheenvuoro" }).click();
    await staff.page.getByText("Anneli pyytää puheenvuoroa").waitFor();
    await staff.shoot("booth-asked");
    await staff.page.getByRole("button", { name: "Päästä puhumaan: Anneli" }).click();
    await asker.page.getByText("Voit puhua nyt. Muut pöydässä kuulevat sinut.").waitFor();
    await hears(staff, VISITOR_HZ);
    await hears(listener, VISITOR_HZ);
    await staff.page.getByText("1 kuuntelija", { exact: true }).waitFor();
    expect(await staff.page.getByLabel("Anneli", { exact: true }).count()).toBe(0);
    await asker.shoot("booth-speaking");
  });

  it("admits the visitor with picture as well", async () => {
    await staff.page.getByRole("button", { name: "Päästä kuvalla: Anneli" }).click();
    await asker.page.getByText("Voit puhua nyt. Muut pöydässä näkevät ja kuulevat sinut.").waitFor();
    await seesMoving(staff, "Anneli");
    await seesMoving(listener, "Anneli");
    await hears(staff, VISITOR_HZ);
    await staff.shoot("booth-picture");
    await listener.shoot("booth-picture-phone", true);
  });

  it("ends the turn: the visitor is unseen and unheard again", async () => {
    await staff.page.getByRole("button", { name: "Lopeta puheenvuoro: Anneli" }).click();
    await staff.page.getByText("2 kuuntelijaa").waitFor();
    await waitFor(
      async () =>
        (await staff.page.locator("audio.call-sound").count()) === 0 &&
        (await listener.page.locator("audio.call-sound").count()) === 1 &&
        (await listener.page.locator(".peer-tile").count()) === 1,
      { timeoutMs: PATIENCE_MS, what: "the end of the visitor's sound and picture" },
    );
    await asker.page.getByRole("button", { name: "Pyydä puheenvuoro" }).waitFor();
    expect(await asker.page.locator(".peer-tile").count()).toBe(1);
  });

  it("carries the table's chat both ways, and the staff delete what should not stay", async () => {
    await write(asker, "Missä ryhmänne kokoontuu?");
    await staff.page.getByText("Missä ryhmänne kokoontuu?").waitFor();
    await write(staff, "Keskiviikkoisin kirjastossa.");
    for (const visitor of [asker, listener])
      await visitor.page.getByText("Keskiviikkoisin kirjastossa.").waitFor();
    await write(listener, "Ostakaa halpoja kelloja");
    const unwanted = staff.page.locator("article", { hasText: "Ostakaa halpoja kelloja" });
    await unwanted.getByRole("button", { name: "Poista viesti" }).click();
    await staff.page.getByRole("alertdialog").getByRole("button", { name: "Poista viesti" }).click();
    for (const { page } of [staff, asker, listener]) {
      await page.getByText("Viesti on poistettu.").waitFor();
      expect(await page.getByText("Ostakaa halpoja kelloja").count()).toBe(0);
    }
    expect(await asker.page.getByRole("button", { name: "Poista viesti" }).count()).toBe(0);
  });

  it("shows the table empty when the staff have left it", async () => {
    await staff.page.getByRole("button", { name: "Sulje pöytä" }).click();
    for (const { page } of [asker, listener]) {
      await page.getByText("Ei ketään paikalla juuri nyt").waitFor();
      await page.getByText("Pöydässä ei ole vielä ketään järjestöstä.", { exact: false }).waitFor();
    }
    await waitFor(async () => (await listener.page.locator("audio.call-sound").count()) === 0, {
      timeoutMs: PATIENCE_MS,
      what: "silence",
    });
  });

  it("called no foreign host and broke no page", () => {
    for (const visitor of [staff, asker, listener]) {
      expect(visitor.foreign).toEqual([]);
      expect(visitor.errors).toEqual([]);
    }
  });

  async function sitDown({ page }: Visitor, nickname: string): Promise<void> {
    await page.getByLabel("Nimimerkki").first().fill(nickname);
    await page.getByRole("button", { name: "Tule pöydän ääreen" }).click();
    await page.locator(".peer-tile").first().waitFor();
  }

  async function write({ page }: Visitor, text: string): Promise<void> {
    const field = page.getByRole("textbox", { name: "Viesti" });
    await field.fill(text);
    await field.press("Enter");
  }

  async function seesMoving(visitor: Visitor, name: string): Promise<void> {
    const selector = `.peer-tile video[aria-label="${name}"]`;
    const read = async () => (await readPicture(visitor.page, selector))?.counter ?? null;
    const first = await waitFor(async () => ((await read()) === null ? null : { counter: await read() }), {
      timeoutMs: PATIENCE_MS,
      what: `${name}'s picture`,
    }).catch(giveUp(visitor));
    await waitFor(
      async () => {
        const counter = await read();
        return counter !== null && counter !== first.counter;
      },
      { timeoutMs: PATIENCE_MS, what: `${name}'s picture to move` },
    ).catch(giveUp(visitor));
  }

  /** One of the page's sounds has the tone, well above silence and above the other's tone. */
  async function hears(visitor: Visitor, hz: number): Promise<void> {
    let best = { toneDb: -200, allDb: -200 };
    await waitFor(
      async () => {
        const count = await visitor.page.locator("audio.call-sound").count();
        for (let n = 1; n <= count; n++) {
          const sound = await readSound(visitor.page, `audio.call-sound:nth-of-type(${n})`, hz);
          if (sound.toneDb > best.toneDb) best = sound;
        }
        return best.toneDb > -60 && best.allDb > -50;
      },
      { timeoutMs: PATIENCE_MS, what: `a tone of ${hz} Hz` },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; the loudest was ${JSON.stringify(best)}`);
    });
  }

  function giveUp(visitor: Visitor) {
    return async (error: unknown): Promise<never> => {
      await visitor.shoot("booth-failed", true);
      throw error;
    };
  }
});
