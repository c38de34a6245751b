import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Card, Descriptions, Flex, InputNumber, Slider, Tag } from "antd";
import { useState } from "react";
import { type WhatIf as Answer, api, ok, type RoundRecord, type WhatIfChange } from "../../api";
import { useWords } from "../../shared/context";
import { Refusal } from "../../shared/states";
import { useSubject } from "../../shared/values";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";

/** Another weight of the test or another split of places, beside today's; nothing is kept. */
export function WhatIf({ round }: { round: RoundRecord }) {
  const { ui } = useWords();
  const subject = useSubject();
  const [weight, setWeight] = useState<number | null>(null);
  const [places, setPlaces] = useState<Record<string, number>>({});
  const ask = (query: { test_weight?: number; places?: string[] }) =>
    ok(api.pairingsWhatIf({ path: { round_id: round.id }, query }));
  const today = useQuery({
    queryKey: ["/pairings", "what-if", round.id],
    queryFn: () => ask({}),
    retry: false,
  });
  const asked = useMutation({ mutationFn: ask });
  // What was computed last stays beside a split that cannot be.
  const data = asked.data ?? today.data;
  if (!data || !today.data) return <Refusal error={today.error} />;
  const split = { ...data.places, ...places };
  const sum = Object.values(split).reduce((a, b) => a + b, 0);
  const all = Object.values(today.data.places).reduce((a, b) => a + b, 0);
  return (
    <Flex vertical gap={12}>
      <Card size="small">
        <Flex gap={24} wrap align="end">
          <div style={{ width: 240 }}>
            <div className="quiet">{fill(ui.pairing.testWeight, { now: data.test_weight_now })}</div>
            <Slider
              min={0}
              max={100}
              value={weight ?? data.test_weight}
              onChange={setWeight}
              ariaLabelForHandle={ui.pairing.weight}
            />
          </div>
          {Object.entries(split).map(([code, count]) => (
            <div key={code}>
              <div className="quiet">{subject(code)}</div>
              <InputNumber
                aria-label={subject(code)}
                min={0}
                value={count}
                onChange={(value) => setPlaces({ ...places, [code]: value ?? 0 })}
                style={{ width: 80 }}
              />
            </div>
          ))}
          <Tag className="fact" color={sum === all ? "default" : "red"}>
            {sum} / {all}
          </Tag>
          <Button
            type="primary"
            loading={asked.isPending}
            onClick={() =>
              asked.mutate({
                test_weight: weight ?? undefined,
                places: Object.entries(split).map(([code, count]) => `${code}:${count}`),
              })
            }
          >
            {ui.pairing.compute}
          </Button>
        </Flex>
      </Card>
      <Refusal error={asked.error} />
      <Sides answer={data} />
      <WideTable<WhatIfChange>
        rowKey="registration_id"
        size="small"
        title={() => fill(ui.pairing.changes, { count: data.changes.length })}
        dataSource={data.changes}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: ui.pairing.student, render: (_, one) => `${one.number} ${one.name}` },
          { title: ui.pairing.subject, render: (_, one) => subject(one.subject) },
          { title: ui.pairing.today, render: (_, one) => <Side round={round} one={one} when="today" /> },
          { title: ui.pairing.asked, render: (_, one) => <Side round={round} one={one} when="asked" /> },
        ]}
      />
    </Flex>
  );
}

function Side({ round, one, when }: { round: RoundRecord; one: WhatIfChange; when: "today" | "asked" }) {
  const { enums } = useWords();
  const outcome = when === "today" ? one.outcome_now : one.outcome_then;
  const mentor = when === "today" ? one.mentor_now : one.mentor_then;
  return (
    <>
      <span className="fact">{when === "today" ? one.total_now : one.total_then}</span>{" "}
      <Tag color={outcome === "selected" ? "green" : "default"}>{enums.registration[outcome]}</Tag>
      {round.mentors.find((known) => known.mentor_id === mentor)?.mentor_name}
    </>
  );
}

function Sides({ answer }: { answer: Answer }) {
  const { ui } = useWords();
  const shown = ["selected", "paired", "first_choices", "adjusted", "unpaired"] as const;
  return (
    <Flex gap={16} wrap>
      {(["today", "asked"] as const).map((when) => (
        <Card key={when} size="small" title={ui.pairing[when]} style={{ flex: 1, minWidth: 260 }}>
          <Descriptions
            size="small"
            column={1}
            items={shown.map((key) => ({ key, label: ui.pairing.sides[key], children: answer[when][key] }))}
          />
        </Card>
      ))}
    </Flex>
  );
}
