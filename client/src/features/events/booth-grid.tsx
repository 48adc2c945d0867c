import type { BoothSummary, EventDetails } from "../../api/contract.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Link } from "../../navigation/link.tsx";
import { Awning } from "../../ui/awning.tsx";
import { Badge } from "../../ui/card.tsx";

/** The hall: a stall for each association, under an awning of its colour. Those with people come first. */
export function BoothGrid({ event }: { event: EventDetails }) {
  const inOrder = [...event.booths].sort((one, other) => Number(other.isStaffed) - Number(one.isStaffed));
  return (
    <ul className="booth-grid">
      {inOrder.map((booth) => (
        <li key={booth.id}>
          <BoothCard event={event} booth={booth} />
        </li>
      ))}
    </ul>
  );
}

function BoothCard({ event, booth }: { event: EventDetails; booth: BoothSummary }) {
  const { t } = useTranslation("events");
  return (
    <Link className="booth-card" to={`/e/${event.slug}/booth/${booth.slug}`}>
      <Awning colour={booth.colour} />
      <span className="booth-card-body">
        <span className="booth-card-kind">{t(`kind.${booth.kind}`)}</span>
        <InLanguage as="h3" text={booth.name} />
        <InLanguage className="booth-card-tagline" text={booth.tagline} />
        {booth.isStaffed ? <Badge tone="accent">{t("staffed")}</Badge> : null}
      </span>
    </Link>
  );
}
