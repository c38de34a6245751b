import { Alert, Button, Card, Flex, Form, Input, Modal, Segmented, Typography } from "antd";
import { useState } from "react";
import { type ApiProblem, api, asProblem, ok, type SlotRecord } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { draftKey } from "../../shared/drafts";
import { useNamed, usePlan } from "../../shared/plan";
import { keptDraft, ScoreLines, type Scores } from "../../shared/score-lines";
import { Refusal } from "../../shared/states";

interface Draft {
  scores: Scores;
  level?: string;
  level_comment: string;
  comment: string;
  extras: Record<string, string>;
}

const EMPTY: Draft = { scores: {}, level_comment: "", comment: "", extras: {} };

/** The panellist's sheet, for fingers: every stroke is kept on the device, submitted it is final. */
export function Sheet({ record, done }: { record: SlotRecord; done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const name = useNamed();
  const key = draftKey("sheet", me.account.id, record.id);
  const mine = record.sheet_list.find((sheet) => sheet.mine);
  const [draft, setDraft] = useState<Draft>(() => keptDraft<Draft>(key) ?? opened(mine));
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const scored = plan?.interview.dimensions.filter((d) => d.kind === "score") ?? [];
  const levelled = plan?.interview.dimensions.some((d) => d.kind === "level") ?? false;
  const missing = scored.filter((d) => draft.scores[d.code] === undefined || draft.scores[d.code] === null);
  const complete = missing.length === 0 && (!levelled || draft.level !== undefined);
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  const submit = async () => {
    setBusy(true);
    try {
      await ok(api.slotsScore({ path: { slot_id: record.id }, body: draft as never }));
      localStorage.removeItem(key);
      setProblem(null);
      done();
    } catch (wrong) {
      setProblem(asProblem(wrong));
    } finally {
      setBusy(false);
      setAsking(false);
    }
  };
  return (
    <Card title={ui.sheet.title} extra={<span className="quiet">{ui.draftKept}</span>}>
      <Flex vertical gap={18}>
        <ScoreLines lines={scored} scores={draft.scores} change={(scores) => change({ scores })} />
        <Form layout="vertical">
          {levelled && (
            <>
              <Form.Item label={ui.levelNote} required>
                <Segmented
                  size="large"
                  options={plan?.interview.levels.map((l) => ({ value: l.code, label: name(l) })) ?? []}
                  value={draft.level ?? ""}
                  onChange={(level) => change({ level })}
                />
              </Form.Item>
              <Form.Item label={ui.sheet.levelComment}>
                <Input
                  aria-label={ui.sheet.levelComment}
                  maxLength={500}
                  value={draft.level_comment}
                  onChange={(event) => change({ level_comment: event.target.value })}
                />
              </Form.Item>
            </>
          )}
          {(plan?.interview.extra_forms ?? []).map((extra) => (
            <Form.Item key={extra.code} label={name(extra)} extra={ui.sheet.extra}>
              <Input.TextArea
                aria-label={name(extra)}
                autoSize={{ minRows: 1, maxRows: 6 }}
                maxLength={2000}
                value={draft.extras[extra.code] ?? ""}
                onChange={(event) =>
                  change({ extras: { ...draft.extras, [extra.code]: event.target.value } })
                }
              />
            </Form.Item>
          ))}
          <Form.Item label={ui.comment} style={{ marginBottom: 0 }}>
            <Input.TextArea
              aria-label={ui.comment}
              rows={3}
              maxLength={2000}
              value={draft.comment}
              onChange={(event) => change({ comment: event.target.value })}
            />
          </Form.Item>
        </Form>
        {problem?.unanswered && <Alert type="warning" showIcon title={ui.sentLater} />}
        {problem && !problem.unanswered && <Refusal error={problem} />}
        <Flex gap={12} align="center" wrap>
          <Button type="primary" size="large" disabled={!complete} onClick={() => setAsking(true)}>
            {ui.sheet.submit}
          </Button>
          {!complete && (
            <Typography.Text type="secondary">
              {ui.sheet.missing}
              {missing.map(name).join(ui.comma)}
              {missing.length === 0 && ui.levelNote}
            </Typography.Text>
          )}
        </Flex>
      </Flex>
      <Modal
        open={asking}
        title={ui.sheet.sure}
        okText={ui.sheet.submit}
        cancelText={ui.cancel}
        confirmLoading={busy}
        onOk={() => void submit()}
        onCancel={() => setAsking(false)}
      >
        {ui.sheet.final}
      </Modal>
    </Card>
  );
}

/** What a sheet that was opened again had said. */
function opened(sheet: SlotRecord["sheet_list"][number] | undefined): Draft {
  if (!sheet) return EMPTY;
  const scores = Object.fromEntries(
    Object.entries(sheet.scores).map(([code, value]) => [code, Number(value)]),
  );
  return {
    scores,
    level: sheet.level ?? undefined,
    level_comment: sheet.level_comment ?? "",
    comment: sheet.comment,
    extras: sheet.extras,
  };
}
