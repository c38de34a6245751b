import { Alert, Button, Card, Flex, Input, Tag, Typography } from "antd";
import { useEffect, useState } from "react";
import { type AnnualRecord, type ApiProblem, api, asProblem, Intention, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";
import { keptDraft, ScoreLines, type Scores } from "../../shared/score-lines";
import { Refusal } from "../../shared/states";
import type { FormProps } from "../../shared/thing";
import { date } from "../../words/dates";

interface Draft {
  scores: Scores;
  comment: string;
}

/** An expert's sheet beside the work: every stroke is kept on the device; it can be corrected until the grades stand. */
export function Expert({ record, done }: FormProps<AnnualRecord>) {
  const { ui, language } = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const name = useNamed();
  const key = `miaopu.final.${me.account.id}.${record.id}`;
  const lines = (plan?.evaluations.final.criteria ?? []).filter((one) => one.kind === "score");
  const mine = record.sheets.find((sheet) => sheet.mine);
  const handedIn: Draft = {
    scores: Object.fromEntries(
      Object.entries(mine?.scores ?? {}).map(([code, value]) => [code, Number(value)]),
    ),
    comment: mine?.comment ?? "",
  };
  const [draft, setDraft] = useState<Draft>(() => keptDraft<Draft>(key) ?? handedIn);
  const [changed, setChanged] = useState(() => keptDraft(key) !== null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [intention] = useState(() => new Intention());
  useEffect(() => {
    if (changed) localStorage.setItem(key, JSON.stringify(draft));
  }, [changed, draft, key]);
  const missing = lines.filter(
    (one) => draft.scores[one.code] === undefined || draft.scores[one.code] === null,
  );
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setChanged(true);
  };
  const submit = async () => {
    setBusy(true);
    try {
      const body = draft as never;
      await ok(
        api.finalEvaluationsScore({
          path: { annual_id: record.id },
          body,
          headers: intention.headers(draft),
        }),
      );
      localStorage.removeItem(key);
      setChanged(false);
      setProblem(null);
      done();
    } catch (wrong) {
      const said = asProblem(wrong);
      if (!said.unanswered) intention.settled();
      setProblem(said);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card
      title={ui.final.sheet}
      extra={
        mine?.submitted_at && !changed ? (
          <Tag color="green">{`${ui.final.handedIn} ${date(mine.submitted_at, language)}`}</Tag>
        ) : (
          <span className="quiet">{ui.draftKept}</span>
        )
      }
    >
      <Flex vertical gap={18}>
        {mine?.calibration && <Alert type="info" showIcon title={ui.final.calibrationHint} />}
        <ScoreLines lines={lines} scores={draft.scores} change={(scores) => change({ scores })} />
        <div>
          <label htmlFor="final-comment">{ui.comment}</label>
          <Input.TextArea
            id="final-comment"
            rows={4}
            maxLength={2000}
            value={draft.comment}
            onChange={(event) => change({ comment: event.target.value })}
          />
        </div>
        {problem?.unanswered && <Alert type="warning" showIcon title={ui.sentLater} />}
        {problem && !problem.unanswered && <Refusal error={problem} />}
        <Flex gap={12} align="center" wrap>
          <Button
            type="primary"
            size="large"
            loading={busy}
            disabled={missing.length > 0 || !changed}
            onClick={() => void submit()}
          >
            {ui.sheet.submit}
          </Button>
          <AskButton
            label={ui.recuse}
            submit={ui.recuse}
            intro={ui.final.recuseHint}
            asks={[{ name: "reason", label: ui.reason, kind: "long", required: true, max: 500 }]}
            send={(values, headers) =>
              api.finalEvaluationsRecuse({ path: { annual_id: record.id }, body: values as never, headers })
            }
            done={done}
          />
          {missing.length > 0 && (
            <Typography.Text type="secondary">
              {ui.sheet.missing}
              {missing.map(name).join(ui.comma)}
            </Typography.Text>
          )}
        </Flex>
      </Flex>
    </Card>
  );
}
