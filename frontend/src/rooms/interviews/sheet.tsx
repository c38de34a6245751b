import {
  Alert,
  Button,
  Card,
  Flex,
  Form,
  Input,
  InputNumber,
  Modal,
  Segmented,
  Slider,
  Typography,
} from "antd";
import { useEffect, useState } from "react";
import { type ApiProblem, api, asProblem, ok, type SlotRecord } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";
import { Refusal } from "../../shared/states";

interface Draft {
  scores: Record<string, number | null>;
  level?: string;
  level_comment: string;
  comment: string;
  extras: Record<string, string>;
}

const EMPTY: Draft = { scores: {}, level_comment: "", comment: "", extras: {} };

/** A draft lives on this device alone until it is submitted: nobody may see a half-made judgement. */
function kept(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

/** The panellist's sheet, for fingers: every stroke is kept on the device, submitted it is final. */
export function Sheet({ record, done }: { record: SlotRecord; done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const name = useNamed();
  const key = `miaopu.sheet.${me.account.id}.${record.id}`;
  const mine = record.sheet_list.find((sheet) => sheet.mine);
  const [draft, setDraft] = useState<Draft>(() => kept(key) ?? opened(mine));
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (draft !== EMPTY) localStorage.setItem(key, JSON.stringify(draft));
  }, [draft, key]);
  const scored = plan?.interview.dimensions.filter((d) => d.kind === "score") ?? [];
  const levelled = plan?.interview.dimensions.some((d) => d.kind === "level") ?? false;
  const missing = scored.filter((d) => draft.scores[d.code] === undefined || draft.scores[d.code] === null);
  const complete = missing.length === 0 && (!levelled || draft.level !== undefined);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
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
        {scored.map((d) => (
          <Flex key={d.code} gap={16} align="center" wrap>
            <span id={`dimension-${d.code}`} style={{ flex: "0 1 150px", fontWeight: 600 }}>
              {name(d)}
            </span>
            <InputNumber
              size="large"
              aria-label={name(d)}
              min={0}
              max={d.full_mark}
              step={0.5}
              suffix={`/ ${d.full_mark}`}
              style={{ width: 130 }}
              value={draft.scores[d.code] ?? null}
              onChange={(value) => change({ scores: { ...draft.scores, [d.code]: value } })}
            />
            <Slider
              ariaLabelledByForHandle={`dimension-${d.code}`}
              style={{ flex: "1 1 220px" }}
              min={0}
              max={d.full_mark}
              step={0.5}
              value={draft.scores[d.code] ?? 0}
              onChange={(value) => change({ scores: { ...draft.scores, [d.code]: value } })}
            />
          </Flex>
        ))}
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
