import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, type TableProps, Typography } from "antd";
import { type ReactNode, useRef, useState } from "react";
import { Intention, ok } from "../api";
import { useWords } from "./context";
import { DialogButton } from "./dialog";
import { Loading, Nothing, Refusal } from "./states";
import type { Answer } from "./thing";
import { WideTable } from "./wide-table";

/** One thing that waits to be published; `version` says which state of it was looked at. */
interface Line {
  id: string;
  version: number;
}

interface ReleaseProps<Preview extends { lines: L[] }, L extends Line> {
  label: string;
  /** Filled, unless something else on the page is what one mostly wants. */
  type?: "primary" | "default";
  send: string;
  nothing: string;
  queryKey: string[];
  preview: () => Answer<Preview>;
  /** In one sentence: what is shown to whom. */
  says: (preview: Preview) => ReactNode;
  /** Whether the one who looks had a hand in it before, so that somebody else must press the button. */
  mine: (line: L) => boolean;
  columns: TableProps<L>["columns"];
  more?: (line: L) => ReactNode;
  release: (
    body: { lines: { id: string; version: number }[] },
    headers: Record<string, string>,
  ) => Answer<unknown>;
  done: () => void;
}

/** What was prepared quietly, all at one moment: first the real lists and whom it tells, then the button for a second person. */
export function ReleaseButton<Preview extends { lines: L[] }, L extends Line>(
  props: ReleaseProps<Preview, L>,
) {
  return (
    <DialogButton type={props.type ?? "primary"} label={props.label}>
      {(close) => (
        <Preview
          {...props}
          done={() => {
            close();
            props.done();
          }}
        />
      )}
    </DialogButton>
  );
}

function Preview<P extends { lines: L[] }, L extends Line>(props: ReleaseProps<P, L>) {
  const { ui } = useWords();
  const { queryKey, columns, more } = props;
  const intention = useRef(new Intention());
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { data, error, isPending } = useQuery({
    queryKey,
    queryFn: () => ok(props.preview()),
    gcTime: 0,
    retry: false,
  });
  if (isPending) return <Loading />;
  if (!data) return <Refusal error={error} />;
  if (data.lines.length === 0) return <Nothing hint={props.nothing} />;
  const send = async () => {
    const body = { lines: data.lines.map(({ id, version }) => ({ id, version })) };
    setBusy(true);
    try {
      await ok(props.release(body, intention.current.headers(body)));
      props.done();
    } catch (wrong) {
      setRefused(wrong);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={12}>
      <Typography.Text>{props.says(data)}</Typography.Text>
      <WideTable<L>
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={data.lines}
        // The lists in a line wrap at the table's width, which therefore must not grow with them.
        scroll={{ y: 360 }}
        expandable={more && { expandedRowRender: more }}
        columns={columns}
      />
      {data.lines.some(props.mine) && <Alert type="warning" showIcon title={ui.needsOther} />}
      <Refusal error={refused} />
      <Flex justify="end">
        <Button
          type="primary"
          loading={busy}
          disabled={data.lines.some(props.mine)}
          onClick={() => void send()}
        >
          {props.send}
        </Button>
      </Flex>
    </Flex>
  );
}
