import type { LinkView, ManagedEvent } from "../../api/contract.ts";
import { formatDate, formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Button } from "../../ui/button.tsx";
import { Badge, Card } from "../../ui/card.tsx";

export interface LinkRowProps {
  event: ManagedEvent;
  link: LinkView;
  /** `kept`: it works, and is the last with which the event can be managed. */
  state: "usable" | "kept" | "over";
  onRevoke: () => void;
}

/** One join link: whose it is, how far it reaches, who uses it, until when. */
export function LinkRow({ event, link, state, onRevoke }: LinkRowProps) {
  const { t } = useTranslation("manage");
  const role = t(`links.role.${link.role}`);
  const name = link.label || role;
  return (
    <Card as="li" className="link-row">
      <div className="manage-what">
        <p className="manage-title">{name}</p>
        <p className="manage-meta link-badges">
          <Badge>{role}</Badge>
          {link.isOwn ? <Badge tone="upcoming">{t("links.own")}</Badge> : null}
          {link.place ? <InLanguage text={link.place} /> : null}
        </p>
        <p className="manage-meta">
          {state === "over" ? <End {...{ event, link }} /> : <Use {...{ event, link }} />}
        </p>
      </div>
      {state === "usable" ? (
        <Button size="s" icon="close" onPress={onRevoke} aria-label={t("links.revokeNamed", { name })}>
          {t("links.revoke")}
        </Button>
      ) : null}
      {state === "kept" ? <p className="manage-meta link-kept">{t("links.lastOrganiser")}</p> : null}
    </Card>
  );
}

function Use({ event, link }: Pick<LinkRowProps, "event" | "link">) {
  const { t } = useTranslation("manage");
  const language = useLanguage();
  const date = formatDate(link.expiresAt, language, event.timeZone);
  const use = link.sessionCount === 0 ? t("links.notInUse") : t("links.inUse", { count: link.sessionCount });
  return `${use} ${t("links.validUntil", { date })}`;
}

function End({ event, link }: Pick<LinkRowProps, "event" | "link">) {
  const { t } = useTranslation("manage");
  const language = useLanguage();
  const when = link.revokedAt ?? link.expiresAt;
  const date = formatDate(when, language, event.timeZone);
  const time = formatTime(when, language, event.timeZone);
  return t(link.revokedAt ? "links.revokedAt" : "links.expiredAt", { date, time });
}
