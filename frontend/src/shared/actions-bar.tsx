import { Button, Flex, Form, Input, Modal, Tooltip, Typography } from "antd";
import { useRef, useState } from "react";
import { type ActionOffer, asProblem, Intention, ok } from "../api";
import { fill, type Words } from "../words";
import { date, lastDay } from "../words/dates";
import { useWords } from "./context";
import { Refusal } from "./states";
import type { AnyThing, Recorded } from "./thing";
import { UsualReasons } from "./usual-reasons";
import { word } from "./values";

const ASIDE =
  /^(close(?!_choice)|cancel|return|reject|reopen|withdraw|leave|lapse|dismiss|unqualify|uphold|ask_for|revise|object)/;

export function actWord(words: Words, flow: AnyThing["flow"], action: string): string {
  const table = flow ? (words.acts as unknown as Record<string, Record<string, string>>)[flow] : undefined;
  return table?.[action] ?? action;
}

export function whyBlocked(words: Words, offer: ActionOffer): string {
  const { opens_at: opens, closes_at: closes } = offer;
  if (offer.blocked_by === "not_open_yet")
    return fill(words.ui.blockedNotOpen, { at: opens ? date(opens, words.language) : "" });
  return fill(words.ui.blockedClosed, { at: closes ? lastDay(closes, words.language) : "" });
}

/** The acts the API offers on this record now: the first that goes on is the filled button; what is blocked says why. */
export function ActionsBar({ thing, record, done }: { thing: AnyThing; record: Recorded; done: () => void }) {
  const words = useWords();
  const [open, setOpen] = useState<ActionOffer | null>(null);
  const offers = (record.actions ?? []).filter((offer) => !offer.form || thing.forms?.[offer.action]);
  const main = offers.find((offer) => offer.available && !ASIDE.test(offer.action));
  if (offers.length === 0) {
    const own = thing.waits?.(record, words);
    if (own !== undefined) return own && <Typography.Text type="secondary">{own}</Typography.Text>;
    const roles = (record.waiting_for ?? []).map((role) => word(words, "role", role)).join("、");
    return roles ? (
      <Typography.Text type="secondary">{fill(words.ui.waitsFor, { roles })}</Typography.Text>
    ) : null;
  }
  return (
    <Flex wrap gap={8} className="actions">
      {offers.map((offer) => (
        <Tooltip key={offer.action} title={offer.available ? "" : whyBlocked(words, offer)}>
          <Button
            type={offer === main ? "primary" : "default"}
            danger={/^(reject|withdraw|leave|unqualify|cancel)/.test(offer.action)}
            disabled={!offer.available}
            onClick={() => setOpen(offer)}
            data-action={offer.action}
          >
            {actWord(words, thing.flow, offer.action)}
          </Button>
        </Tooltip>
      ))}
      {open && (
        <ActDialog thing={thing} record={record} offer={open} close={() => setOpen(null)} done={done} />
      )}
    </Flex>
  );
}

function ActDialog({
  thing,
  record,
  offer,
  close,
  done,
}: {
  thing: AnyThing;
  record: Recorded;
  offer: ActionOffer;
  close: () => void;
  done: () => void;
}) {
  const words = useWords();
  const Custom = offer.form ? thing.forms?.[offer.action] : undefined;
  const intention = useRef(new Intention());
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const label = actWord(words, thing.flow, offer.action);
  const finish = () => {
    close();
    done();
  };
  if (Custom) {
    return (
      <Modal open title={label} footer={null} onCancel={close} destroyOnHidden width={640}>
        <Custom record={record} done={finish} />
      </Modal>
    );
  }
  const take = async () => {
    if (!thing.act) return;
    const move = { version: record.version, reason: reason.trim() || null };
    setBusy(true);
    try {
      await ok(thing.act(record.id, offer.action, move, intention.current.headers([offer.action, move])));
      intention.current.settled();
      finish();
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (!problem.unanswered) intention.current.settled();
      setError(wrong);
      // Somebody was quicker: show what they did, under the message that says so.
      if (problem.code === "stale") done();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={fill(words.ui.confirmAct, { act: label })}
      okText={label}
      cancelText={words.ui.cancel}
      onOk={() => void take()}
      onCancel={close}
      confirmLoading={busy}
      okButtonProps={{ disabled: offer.needs_reason && reason.trim() === "" }}
      destroyOnHidden
    >
      <Refusal error={error} />
      {offer.needs_reason && (
        <Form layout="vertical">
          <Form.Item label={words.ui.reason} required extra={words.ui.reasonNeeded}>
            <UsualReasons thing={thing} action={offer.action} choose={setReason} />
            <Input.TextArea
              aria-label={words.ui.reason}
              rows={3}
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
