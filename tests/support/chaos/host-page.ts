import { enterBackstage } from "../live-lecture.ts";
import type { Visitor } from "../page-story.ts";
import type { Product } from "../product.ts";

const PATIENCE_MS = 90_000;

/** The host's page, in the words of the interface. */
export class HostPage {
  readonly visitor: Visitor;
  readonly #product: Product;

  constructor(product: Product, visitor: Visitor) {
    this.#product = product;
    this.visitor = visitor;
    visitor.page.setDefaultTimeout(PATIENCE_MS);
  }

  /** In the backstage, its picture in the monitor, in rehearsal. */
  async openRehearsal(): Promise<void> {
    const { page } = this.visitor;
    await enterBackstage(this.visitor, this.#product.link(/^Host/));
    await page.getByRole("button", { name: "Avaa harjoitus" }).click();
    await page.locator(".programme-monitor video").waitFor();
  }

  async goLive(): Promise<void> {
    const { page } = this.visitor;
    await page.getByRole("button", { name: "Aloita lähetys…" }).click();
    await page.getByRole("button", { name: "Kyllä, suoraan lähetykseen" }).click();
    await page.getByText("LÄHETYKSESSÄ").waitFor();
  }
}
