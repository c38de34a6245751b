import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Collapse, Flex, Input, List, Modal, Tag } from "antd";
import { useRef, useState } from "react";
import { type ActionOffer, asProblem, type BatchDone, type BatchLine, Intention, ok } from "../api";
import { fill } from "../words";
import { actWord } from "./actions-bar";
import { useWords } from "./context";
import { Refusal } from "./states";
import type { AnyThing, Recorded } from "./thing";
import { UsualReasons } from "./usual-reasons";

/** Acts on the chosen rows: those the API offers on the first of them; a preview shows whom they touch. */
export function BatchBar({
  thing,
  ids,
  clear,
  done,
}: {
  thing: AnyThing;
  ids: string[];
  clear: () => void;
  done: () => void;
}) {
  const words = useWords();
  const [act, setAct] = useState<ActionOffer | null>(null);
  const { data } = useQuery({
    queryKey: [thing.path, "record", ids[0]],
    queryFn: () => ok(thing.get?.(ids[0]) ?? Promise.resolve({})),
  });
  const offers = ((data as Recorded | undefined)?.actions ?? []).filter(
    (offer) => (!offer.form || thing.batchForms?.includes(offer.action)) && offer.available,
  );
  return (
    <Alert
      type="info"
      title={
        <Flex gap={8} wrap align="center">
          <span>{fill(words.ui.chosen, { count: ids.length })}</span>
          {offers.map((offer) => (
            <Button key={offer.action} size="small" onClick={() => setAct(offer)}>
              {actWord(words, thing.flow, offer.action)}
            </Button>
          ))}
          <Button size="small" type="link" onClick={clear}>
            {words.ui.clear}
          </Button>
          {act && <Preview thing={thing} ids={ids} offer={act} close={() => setAct(null)} done={done} />}
        </Flex>
      }
    />
  );
}

function Preview({
  thing,
  ids,
  offer,
  close,
  done,
}: {
  thing: AnyThing;
  ids: string[];
  offer: ActionOffer;
  close: () => void;
  done: () => void;
}) {
  const words = useWords();
  const { ui } = words;
  const intention = useRef(new Intention());
  const [reason, setReason] = useState("");
  const [result, setResult] = useState<BatchDone | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const label = actWord(words, thing.flow, offer.action);
  const given = offer.needs_reason ? reason.trim() : null;
  const trial = useQuery({
    queryKey: [thing.path, "trial", offer.action, ids],
    queryFn: () =>
      ok(
        thing.batch?.(offer.action, ids, offer.needs_reason ? ui.trialReason : null, true, {}) ??
          Promise.resolve({}),
      ) as Promise<BatchDone>,
    gcTime: 0,
  });
  const take = async () => {
    if (!thing.batch || !trial.data) return;
    const touched = trial.data.done.map((line) => line.id);
    setBusy(true);
    try {
      const headers = intention.current.headers([offer.action, touched, given]);
      setResult((await ok(thing.batch(offer.action, touched, given, false, headers))) as BatchDone);
      intention.current.settled();
    } catch (wrong) {
      if (!asProblem(wrong).unanswered) intention.current.settled();
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  const shown = result ?? trial.data;
  const finish = () => (result ? done() : close());
  return (
    <Modal
      open
      width={640}
      title={`${label} · ${fill(ui.chosen, { count: ids.length })}`}
      onCancel={finish}
      cancelText={result ? ui.done : ui.cancel}
      okText={fill(ui.batchTake, { act: label, count: trial.data?.done.length ?? 0 })}
      okButtonProps={{
        style: result ? { display: "none" } : undefined,
        disabled: !trial.data || trial.data.done.length === 0 || (offer.needs_reason && !given),
      }}
      confirmLoading={busy || trial.isPending}
      onOk={() => void take()}
    >
      <Refusal error={error ?? trial.error} />
      {shown && (
        <Flex vertical gap={12}>
          <Alert
            type={result ? "success" : "info"}
            showIcon
            title={fill(result ? ui.batchDone : ui.batchTouches, { count: shown.done.length })}
          />
          {shown.done.length > 0 && <Lines lines={shown.done} label={ui.batchNames} />}
          {shown.refused.length > 0 && (
            <>
              <Alert type="warning" showIcon title={fill(ui.batchRefused, { count: shown.refused.length })} />
              <Lines lines={shown.refused} label={ui.batchWhy} open />
            </>
          )}
          {!result && offer.needs_reason && (
            <>
              <UsualReasons thing={thing} action={offer.action} choose={setReason} />
              <Input.TextArea
                aria-label={ui.reason}
                placeholder={ui.reasonNeeded}
                rows={3}
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </>
          )}
        </Flex>
      )}
    </Modal>
  );
}

/** So many names are shown at once; more are a click away. */
const FEW = 10;

function Lines({ lines, label, open }: { lines: BatchLine[]; label: string; open?: boolean }) {
  return (
    <Collapse
      size="small"
      defaultActiveKey={open || lines.length <= FEW ? ["all"] : []}
      items={[
        {
          key: "all",
          label,
          children: (
            <List
              size="small"
              dataSource={lines}
              pagination={{ pageSize: 10, hideOnSinglePage: true, size: "small" }}
              renderItem={(line) => (
                <List.Item>
                  <span>
                    {line.name} <span className="quiet">{line.number}</span>
                  </span>
                  {line.message && <Tag color="orange">{line.message}</Tag>}
                </List.Item>
              )}
            />
          ),
        },
      ]}
    />
  );
}
