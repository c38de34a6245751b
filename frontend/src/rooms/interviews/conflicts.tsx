import { useQuery } from "@tanstack/react-query";
import { Card, Table, Tag } from "antd";
import { api, type ConflictItem, ok, type PanelCandidate } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Refusal } from "../../shared/states";

/** Who may come before the panel; a panellist says here whom they must not judge. */
export function Candidates({ id, done }: { id: string; done: () => void }) {
  const { ui, fields } = useWords();
  const judge = useKnownMe().permissions.includes("interview.score");
  const { data, error, refetch } = useQuery({
    queryKey: ["/panels", "candidates", id],
    queryFn: () => ok(api.panelsCandidates({ path: { panel_id: id } })),
  });
  if (error) return <Refusal error={error} />;
  return (
    <Card size="small" title={`${ui.round.candidates} · ${data?.total ?? 0}`}>
      {judge && <p className="quiet">{ui.round.declareHint}</p>}
      <Table<PanelCandidate>
        rowKey="registration_id"
        size="small"
        dataSource={data?.items ?? []}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        scroll={{ x: "max-content" }}
        columns={[
          { title: fields.registration_number, dataIndex: "registration_number", className: "fact" },
          { title: fields.name, dataIndex: "name" },
          { title: fields.school_name, dataIndex: "school_name" },
          { title: fields.panel_name, dataIndex: "panel_name" },
          ...(judge
            ? [
                {
                  title: "",
                  render: (_: unknown, one: PanelCandidate) =>
                    one.declared_by_me ? (
                      <Tag color="orange">{ui.round.declared}</Tag>
                    ) : (
                      <AskButton
                        size="small"
                        label={ui.round.declare}
                        title={`${ui.round.declare} · ${one.name}`}
                        asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
                        send={(values, headers) =>
                          api.panelsDeclare({
                            path: { panel_id: id },
                            body: { ...values, registration_id: one.registration_id } as never,
                            headers,
                          })
                        }
                        done={() => {
                          void refetch();
                          done();
                        }}
                      />
                    ),
                },
              ]
            : []),
        ]}
      />
    </Card>
  );
}

/** What panellists have declared and what the platform has found: such a pair is not scheduled. */
export function Conflicts({ id }: { id: string }) {
  const { ui, fields } = useWords();
  const { data } = useQuery({
    queryKey: ["/panels", "conflicts", id],
    queryFn: () => ok(api.panelsConflicts({ path: { panel_id: id } })),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Card size="small" title={`${ui.round.conflicts} · ${data.items.length}`}>
      <Table<ConflictItem>
        rowKey={(one) => `${one.registration_id} ${one.mentor_name} ${one.kind}`}
        size="small"
        dataSource={data.items}
        pagination={false}
        scroll={{ x: "max-content" }}
        columns={[
          { title: fields.registration_number, dataIndex: "registration_number", className: "fact" },
          { title: fields.name, dataIndex: "name" },
          { title: fields.members, dataIndex: "mentor_name" },
          { title: ui.round.why, render: (_, one) => one.reason || ui.round.kinds[one.kind] },
        ]}
      />
    </Card>
  );
}
