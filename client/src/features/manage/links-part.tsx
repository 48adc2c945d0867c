import { useEffect, useRef, useState } from "react";
import { errorCodeOf } from "../../api/api-error.ts";
import type { LinkView, ManagedEvent } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { queries } from "../../api/query.ts";
import { serverNow } from "../../api/server-clock.ts";
import { useQuery } from "../../api/use-query.ts";
import { useLocalText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Loading } from "../../ui/spinner.tsx";
import { EmptyState, ErrorState, useErrorText } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { LinkRow } from "./link-row.tsx";
import "./links-part.css";
import { linksQuery, managedEventQuery } from "./manage-query.ts";

/** Who has been let in by which link, and the way to take a link back. */
export function LinksPart({ event }: { event: ManagedEvent }) {
  const { t } = useTranslation("manage");
  const query = useQuery(linksQuery(event.slug));
  const [asked, setAsked] = useState<LinkView | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isRevoked = useRef(false);
  useEffect(() => {
    // The button that opened the dialog is gone with its link.
    if (asked === null && isRevoked.current) heading.current?.focus();
    isRevoked.current = false;
  }, [asked]);

  const links = query.data;
  return (
    <section className="manage-part" aria-labelledby="links-title">
      <h2 id="links-title" ref={heading} tabIndex={-1}>
        {t("links.title")}
      </h2>
      <p className="links-hint">{t("links.hint")}</p>
      {links ? (
        <LinkLists event={event} links={links} onRevoke={setAsked} />
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Loading />
      )}
      {asked ? (
        <RevokeDialog
          event={event}
          link={asked}
          onRevoked={() => {
            isRevoked.current = true;
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}

interface LinkListsProps {
  event: ManagedEvent;
  links: LinkView[];
  onRevoke: (link: LinkView) => void;
}

function LinkLists({ event, links, onRevoke }: LinkListsProps) {
  const { t } = useTranslation("manage");
  const isUsable = (link: LinkView) => link.revokedAt === null && Date.parse(link.expiresAt) > serverNow();
  const usable = links.filter(isUsable);
  const over = links.filter((link) => !isUsable(link));
  const organisers = usable.filter((link) => link.role === "organiser");
  const kept = organisers.length === 1 ? organisers[0] : null;
  return (
    <>
      {usable.length === 0 ? (
        <EmptyState icon="link" title={t("links.empty")} />
      ) : (
        <ul className="manage-list">
          {usable.map((link) => (
            <LinkRow
              key={link.id}
              event={event}
              link={link}
              state={link === kept ? "kept" : "usable"}
              onRevoke={() => onRevoke(link)}
            />
          ))}
        </ul>
      )}
      {over.length > 0 ? (
        <details className="links-over">
          <summary>{t("links.over", { count: over.length })}</summary>
          <ul className="manage-list">
            {over.map((link) => (
              <LinkRow key={link.id} event={event} link={link} state="over" onRevoke={() => onRevoke(link)} />
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}

interface RevokeDialogProps {
  event: ManagedEvent;
  link: LinkView;
  onRevoked: () => void;
  onClose: () => void;
}

function RevokeDialog({ event, link, onRevoked, onClose }: RevokeDialogProps) {
  const { t } = useTranslation("manage");
  const local = useLocalText();
  const errorText = useErrorText();
  const name = link.label || t(`links.role.${link.role}`);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("links.revokeTitle", { name })}
      confirmLabel={t("links.revoke")}
      describeError={(error) =>
        errorCodeOf(error) === "conflict" ? t("links.lastOrganiser") : errorText(error)
      }
      onConfirm={async () => {
        const revoked = await call("revokeLink", { params: { event: event.slug, linkId: link.id } });
        queries.change(linksQuery(event.slug), (shown) =>
          shown.map((one) => (one.id === revoked.id ? revoked : one)),
        );
        onRevoked();
        toast(t("links.revoked", { name }), "good");
        // Whoever took their own link has no right to this page any more, and hears so.
        if (link.isOwn) await queries.invalidate(managedEventQuery(event.slug));
      }}
    >
      <p>
        {t("links.revokeText")}{" "}
        {link.sessionCount === 0 ? t("links.notInUse") : t("links.usedBy", { count: link.sessionCount })}
      </p>
      <p>{t(`links.lose.${link.role}`, { place: link.place ? local(link.place) : local(event.name) })}</p>
      <p>{t("links.noWayBack")}</p>
      {link.isOwn ? <p className="links-own">{t("links.ownWarning")}</p> : null}
    </ConfirmDialog>
  );
}
