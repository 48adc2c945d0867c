import type { BoothView } from "../../api/contract.ts";
import { pageErrorOf, useQuery } from "../../api/use-query.ts";
import { InLanguage, useLocalText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useParams } from "../../navigation/params.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Badge, Card } from "../../ui/card.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Loading } from "../../ui/spinner.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { boothQuery, useBoothNotices } from "./booth-query.ts";
import "./booths.css";
import { Materials } from "./materials.tsx";
import { VisitorTable } from "./visitor-table.tsx";

export function BoothPage() {
  const { event, booth } = useParams<"event" | "booth">();
  const query = useQuery(boothQuery(event, booth));
  useBoothNotices(query.data);
  const error = pageErrorOf(query);
  if (error) return <ErrorState isPage error={error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <Booth booth={query.data} />;
}

function Booth({ booth }: { booth: BoothView }) {
  const { t } = useTranslation("booths");
  const local = useLocalText();
  return (
    <div className="page-wide booth" style={{ "--booth": booth.colour } as React.CSSProperties}>
      <PageHeader
        title={<InLanguage text={booth.name} />}
        documentTitle={local(booth.name)}
        back={{ to: `/e/${booth.event.slug}`, label: local(booth.event.name) }}
        lead={<InLanguage as="p" text={booth.tagline} />}
        actions={
          booth.can.staff ? (
            <LinkButton tone="primary" to={`/e/${booth.event.slug}/booth/${booth.slug}/staff`}>
              {t("toStaff")}
            </LinkButton>
          ) : null
        }
      />
      <div className="booth-columns">
        <div className="booth-main">
          {/* Whoever staffs the booth sits on the other side of the table, on the staff page. */}
          {booth.can.staff ? null : (
            <Card as="section" aria-labelledby="table-title" className="booth-card">
              <div className="booth-card-head">
                <h2 id="table-title">{t("table")}</h2>
                <Badge tone={booth.isStaffed ? "accent" : "calm"}>
                  {t(booth.isStaffed ? "staffed" : "unstaffed")}
                </Badge>
              </div>
              <VisitorTable booth={booth} />
            </Card>
          )}
          <section className="booth-text" aria-labelledby="about-title">
            <h2 id="about-title">{t("about")}</h2>
            <InLanguage as="p" text={booth.description} className="booth-description" />
          </section>
          <Materials booth={booth} />
        </div>
        <Card as="section" aria-labelledby="chat-title" className="booth-card booth-chat">
          <h2 id="chat-title">{t("chat")}</h2>
          <ChatPanel chat={{ kind: "booth", boothId: booth.id }} />
        </Card>
      </div>
    </div>
  );
}
