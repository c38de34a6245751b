import { Button, Flex } from "antd";
import { useRef, useState } from "react";
import { asProblem, Intention, ok } from "../api";
import { Refusal } from "./states";

/** A creation that asks nothing: one press, one thing, whatever the network does meanwhile. */
export function NowButton({
  label,
  send,
  done,
}: {
  label: string;
  send: (
    headers: Record<string, string>,
  ) => Promise<{ data?: unknown; error?: unknown; response?: Response }>;
  done: (answer: unknown) => void;
}) {
  const intention = useRef(new Intention());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const press = async () => {
    setBusy(true);
    setError(null);
    try {
      const answer = await ok(send(intention.current.headers(label)));
      intention.current.settled();
      done(answer);
    } catch (wrong) {
      if (!asProblem(wrong).unanswered) intention.current.settled();
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={8}>
      <Button type="primary" loading={busy} onClick={() => void press()}>
        {label}
      </Button>
      <Refusal error={error} />
    </Flex>
  );
}
