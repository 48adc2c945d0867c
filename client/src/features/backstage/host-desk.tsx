import { useState } from "react";
import type { RequestName, StageState, StageView } from "../../api/contract.ts";
import { realtime } from "../../api/socket.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { useErrorText } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";

type Step = "goLive" | "end" | "close";
const requestOf = {
  goLive: "stage:goLive",
  end: "stage:end",
  close: "stage:close",
} as const satisfies Record<Step, RequestName>;
/** Going live waits for the mixer's first key frame, the end for its last segment. */
const STEP_DEADLINE_MS = 20_000;

/** The host's controls: phases, in two steps where it matters. */
export function HostDesk({ stage, state }: { stage: StageView; state: StageState }) {
  const { t } = useTranslation("backstage");
  const errorText = useErrorText();
  const [step, setStep] = useState<Step | null>(null);
  const [isOpening, setOpening] = useState(false);

  const ask = async (name: "stage:openRehearsal" | (typeof requestOf)[Step]) => {
    await realtime.request(name, { stageId: stage.id }, { deadlineMs: STEP_DEADLINE_MS });
  };
  const openRehearsal = async () => {
    setOpening(true);
    try {
      await ask("stage:openRehearsal");
    } catch (error) {
      toast(errorText(error), "warning");
    } finally {
      setOpening(false);
    }
  };

  return (
    <Card as="section" className="host-desk" aria-labelledby="host-desk-title">
      <h2 id="host-desk-title">{t("desk")}</h2>
      <div className="host-desk-actions">
        {state.phase === "closed" || state.phase === "ended" ? (
          <Button tone="primary" size="l" isPending={isOpening} onPress={() => void openRehearsal()}>
            {t(state.phase === "ended" ? "openAgain" : "openRehearsal")}
          </Button>
        ) : null}
        {state.phase === "rehearsal" ? (
          <>
            <Button tone="danger" size="l" onPress={() => setStep("goLive")}>
              {t("goLive")}
            </Button>
            <Button tone="quiet" onPress={() => setStep("close")}>
              {t("closeStage")}
            </Button>
          </>
        ) : null}
        {state.phase === "live" ? (
          <Button size="l" onPress={() => setStep("end")}>
            {t("end")}
          </Button>
        ) : null}
      </div>
      {step ? (
        <ConfirmDialog
          isOpen
          onClose={() => setStep(null)}
          title={t(`confirm.${step}.title`)}
          confirmLabel={t(`confirm.${step}.button`)}
          tone={step === "close" ? "primary" : "danger"}
          onConfirm={() => ask(requestOf[step])}
          describeError={errorText}
        >
          <p>{t(`confirm.${step}.text`)}</p>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
