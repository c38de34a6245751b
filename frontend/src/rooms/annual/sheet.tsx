import { Alert, Button, Card, Flex, Input, Tag, Typography } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { type ApiProblem, asProblem, Intention, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { draftKey } from "../../shared/drafts";
import { useNamed } from "../../shared/plan";
import { keptDraft, ScoreLines, type Scores } from "../../shared/score-lines";
import { Refusal } from "../../shared/states";
import { date } from "../../words/dates";

export interface SheetDraft {
  scores: Scores;
  comment: string;
}

type Headers = Record<string, string>;
type Lines = Parameters<typeof ScoreLines>[0]["lines"];

interface SheetProps {
  /** What the draft is kept under, together with who writes it. */
  kept: string;
  title: string;
  hint?: ReactNode;
  lines: Lines;
  mine?: { scores: Record<string, string>; comment: string; submitted_at: string | null };
  submit: (draft: SheetDraft, headers: Headers) => Parameters<typeof ok>[0];
  recuse: (values: object, headers: Headers) => Promise<unknown>;
  recuseHint: string;
  done: () => void;
}

/** A judge's sheet beside the work, of the city's panel and of the final: every stroke is kept on the device. */
export function Sheet(props: SheetProps) {
  // Begun anew once handed in: a page that was laid out again meanwhile may still hold the draft that was just sent.
  return <OneSheet key={props.mine?.submitted_at ?? "open"} {...props} />;
}

function OneSheet({ kept, title, hint, lines, mine, submit, recuse, recuseHint, done }: SheetProps) {
  const { ui, language } = useWords();
  const me = useKnownMe();
  const name = useNamed();
  const [kind, id] = kept.split("/");
  const key = draftKey(kind, me.account.id, id);
  const handedIn: SheetDraft = {
    scores: Object.fromEntries(
      Object.entries(mine?.scores ?? {}).map(([code, value]) => [code, Number(value)]),
    ),
    comment: mine?.comment ?? "",
  };
  const [draft, setDraft] = useState<SheetDraft>(() => keptDraft<SheetDraft>(key) ?? handedIn);
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
  const change = (part: Partial<SheetDraft>) => {
    setDraft({ ...draft, ...part });
    setChanged(true);
  };
  const handIn = async () => {
    setBusy(true);
    try {
      await ok(submit(draft, intention.headers(draft)));
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
      title={title}
      extra={
        mine?.submitted_at && !changed ? (
          <Tag color="green">{`${ui.final.handedIn} ${date(mine.submitted_at, language)}`}</Tag>
        ) : (
          <span className="quiet">{ui.draftKept}</span>
        )
      }
    >
      <Flex vertical gap={18}>
        {hint && <Alert type="info" showIcon title={hint} />}
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
            onClick={() => void handIn()}
          >
            {ui.sheet.submit}
          </Button>
          <AskButton
            label={ui.recuse}
            submit={ui.recuse}
            intro={recuseHint}
            asks={[{ name: "reason", label: ui.reason, kind: "long", required: true, max: 500 }]}
            send={recuse as never}
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
