import type { BoothView } from "../../api/contract.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Icon } from "../../ui/icon.tsx";

/** What the association has laid out: texts open in place, files and links in a tab of their own. */
export function Materials({ booth }: { booth: BoothView }) {
  const { t } = useTranslation("booths");
  if (booth.materials.length === 0) return null;
  return (
    <section className="booth-text" aria-labelledby="materials-title">
      <h2 id="materials-title">{t("materials")}</h2>
      <ul className="materials">
        {booth.materials.map((material) => (
          <li key={material.id}>
            {material.kind === "text" && material.body ? (
              <details className="material">
                <summary>
                  <Icon name="info" size={20} />
                  <InLanguage text={material.title} />
                </summary>
                <InLanguage as="p" text={material.body} className="booth-description" />
              </details>
            ) : (
              <a className="material" href={material.url ?? "#"} target="_blank" rel="noreferrer noopener">
                <Icon name={material.kind === "file" ? "arrowDown" : "external"} size={20} />
                <InLanguage text={material.title} />
                <span className="visually-hidden">{t("opensNew")}</span>
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
