import { Flex, Tabs, Tag } from "antd";
import { api, type RoundItem, type RoundRecord } from "../../api";
import { ActButton } from "../../shared/act-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { Board } from "./board";
import { useExplained } from "./explained";
import { Pairs } from "./pairs";
import { WhatIf } from "./what-if";

function Tools({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("pairing.propose")) return null;
  return (
    <ActButton
      type="primary"
      label={ui.propose}
      send={(headers) => api.pairingsCreate({ headers })}
      done={done}
    />
  );
}

function Body({ record, done }: FormProps<RoundRecord>) {
  const { ui } = useWords();
  const explained = useExplained(record);
  const file = `/pairings/${record.id}/filing`;
  return (
    <>
      {record.state === "filed" && (
        <Flex gap={8} wrap align="center">
          <DownloadButton label={ui.pairing.filingPdf} path={`${file}.pdf`} name="filing.pdf" />
          <DownloadButton label={ui.pairing.filingSheet} path={`${file}.xlsx`} name="filing.xlsx" />
          <small className="quiet" style={{ overflowWrap: "anywhere" }}>
            {ui.pairing.receipt} <span className="fact">{record.filed_digest}</span>
          </small>
        </Flex>
      )}
      {explained?.reproduced && (
        <div>
          <Tag color="green">{ui.pairing.reproduced}</Tag>
          <small className="quiet">{ui.pairing.true}</small>
        </div>
      )}
      <Tabs
        items={[
          {
            key: "board",
            label: ui.pairing.board,
            children: <Board round={record} explained={explained} done={done} />,
          },
          {
            key: "list",
            label: `${ui.pairs} · ${record.pair_list.length}`,
            children: <Pairs round={record} explained={explained} done={done} />,
          },
          { key: "what-if", label: ui.pairing.whatIf, children: <WhatIf round={record} /> },
        ]}
      />
    </>
  );
}

export const pairings: Thing<RoundItem, RoundRecord, "pairing"> = {
  path: "/pairings",
  stage: "pairing",
  flow: "pairing",
  title: (record, _, { ui }) => `${record.city_name} · ${fill(ui.pairing.round, { number: record.number })}`,
  columns: ["city_name", "number", "pairs", "first_choices", "adjusted", "changed", "state", "filed_at"],
  filters: [{ name: "state", from: "pairing" }],
  list: (query) => api.pairingsList({ query: query as never }),
  get: (id) => api.pairingsGet({ path: { round_id: id } }),
  act: (id, action, body, headers) =>
    api.pairingsAct({ path: { round_id: id, action: action as never }, body, headers }),
  trail: (id) => api.pairingsTrail({ path: { round_id: id } }),
  facts: ["city_name", "pairs", "first_choices", "adjusted", "changed"],
  later: ["filing_number", "filed_at"],
  steps: ["proposed", "confirmed", "filed"],
  Body,
  Tools,
};
