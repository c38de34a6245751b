import { useQuery } from "@tanstack/react-query";
import { Card, Flex, List, Tag } from "antd";
import { api, type ConflictItem, ok, type PanelCandidate } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Refusal } from "../../shared/states";
import { dateTime } from "../../words/dates";

/** Who may come before the panel; a panellist says here whom they must not judge. */
export function Candidates({ id, done }: { id: string; done: () => void }) {
  const { ui } = useWords();
  const judge = useKnownMe().permissions.includes("interview.score");
  const { data, error, refetch } = useQuery({
    queryKey: ["/panels", "candidates", id],
    queryFn: () => ok(api.panelsCandidates({ path: { panel_id: id } })),
  });
  if (error) return <Refusal error={error} />;
  return (
    <Card size="small" title={`${ui.round.candidates} · ${data?.total ?? 0}`}>
      {judge && <p className="quiet">{ui.round.declareHint}</p>}
      <List
        size="small"
        dataSource={data?.items ?? []}
        rowKey="registration_id"
        pagination={{ pageSize: 20, hideOnSinglePage: true, size: "small" }}
        renderItem={(one: PanelCandidate) => (
          <List.Item>
            <Flex gap={8} justify="space-between" align="center" style={{ width: "100%" }}>
              <div>
                <span className="fact">{one.registration_number}</span> {one.name}
                <div className="quiet">{[one.school_name, one.panel_name].filter(Boolean).join(" · ")}</div>
              </div>
              {judge &&
                (one.declared_by_me ? (
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
                ))}
            </Flex>
          </List.Item>
        )}
      />
    </Card>
  );
}

/** What panellists have declared and what the platform has found: such a pair is not scheduled. */
export function Conflicts({ id, done }: { id: string; done: () => void }) {
  const { ui } = useWords();
  const { data } = useQuery({
    queryKey: ["/panels", "conflicts", id],
    queryFn: () => ok(api.panelsConflicts({ path: { panel_id: id } })),
  });
  if (!data || data.items.length === 0) return null;
  const standing = data.items.filter((one) => !one.cleared).length;
  return (
    <Card size="small" title={`${ui.round.conflicts} · ${standing}`}>
      <List
        size="small"
        dataSource={data.items}
        rowKey={(one) => `${one.registration_id} ${one.account_id} ${one.kind}`}
        renderItem={(one) => <Pair one={one} panel={id} done={done} />}
      />
    </Card>
  );
}

/** One pair. A shared name alone may be chance: the office says so here, with its reason, or takes that back. */
function Pair({ one, panel, done }: { one: ConflictItem; panel: string; done: () => void }) {
  const { ui, fields, language } = useWords();
  const act = one.clearable ? api.panelsClearNamesake : api.panelsRestoreNamesake;
  const label = one.clearable ? ui.round.clear : ui.round.restore;
  return (
    <List.Item>
      <Flex gap={8} justify="space-between" align="start" wrap style={{ width: "100%" }}>
        <div style={{ flex: "1 1 240px" }}>
          <span className="fact">{one.registration_number}</span> {one.name} · {fields.members}{" "}
          {one.mentor_name}
          <div className="quiet">{one.reason || ui.round.kinds[one.kind]}</div>
          {one.cleared && (
            <div>
              <Tag color="green">{ui.round.cleared}</Tag>
              {one.cleared.by_name} · {dateTime(one.cleared.at, language)}
              <div className="quiet">{one.cleared.reason}</div>
            </div>
          )}
        </div>
        {(one.clearable || one.cleared) && (
          <AskButton
            size="small"
            label={label}
            title={`${label} · ${one.name} / ${one.mentor_name}`}
            asks={[
              {
                name: "reason",
                label: ui.reason,
                kind: "long",
                required: true,
                hint: one.clearable ? ui.round.clearHint : ui.round.restoreHint,
              },
            ]}
            send={(values, headers) =>
              act({
                path: { panel_id: panel },
                body: {
                  ...values,
                  registration_id: one.registration_id,
                  account_id: one.account_id,
                } as never,
                headers,
              })
            }
            done={done}
          />
        )}
      </Flex>
    </List.Item>
  );
}
