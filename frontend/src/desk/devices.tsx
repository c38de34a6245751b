import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Card, List, Tag, Typography } from "antd";
import { api, ok, type ProofForm, type SignInItem } from "../api";
import { ActButton } from "../shared/act-button";
import { AskButton } from "../shared/ask-button";
import { useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { dateTime } from "../words/dates";

/** The devices one is signed in on, and their ends. */
export function Devices() {
  const said = accountWords(useWords().language);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data, error, refetch } = useQuery({
    queryKey: ["sign-ins"],
    queryFn: () => ok(api.signInsList()),
  });
  const ended = () => {
    void message.success(said.ended);
    void client.invalidateQueries({ queryKey: ["sign-ins"] });
  };
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const others = data.items.some((item) => !item.current);
  return (
    <Card
      title={said.devices}
      extra={
        others && (
          <EndButton
            danger
            label={said.endOthers}
            note={said.endOthersNote}
            prove={data.proof_needed}
            send={(body) => api.signInsEndOthers({ body })}
            done={ended}
          />
        )
      }
    >
      <Typography.Paragraph type="secondary">{said.devicesNote}</Typography.Paragraph>
      <List
        dataSource={data.items}
        rowKey="id"
        renderItem={(item) => <Line item={item} prove={data.proof_needed} ended={ended} />}
      />
    </Card>
  );
}

/** Ends sign-ins: after the password, where no second step was taken just now. */
function EndButton({
  label,
  note,
  prove,
  danger,
  send,
  done,
}: {
  label: string;
  note: string;
  prove: boolean;
  danger?: boolean;
  send: (body: ProofForm) => ReturnType<typeof api.signInsEndOthers>;
  done: () => void;
}) {
  const { ui } = useWords();
  const said = accountWords(useWords().language);
  if (!prove)
    return <ActButton danger={danger} label={label} hint={note} send={() => send({})} done={done} />;
  return (
    <AskButton
      danger={danger}
      label={label}
      intro={`${note} ${said.proveFirst}`}
      asks={[{ name: "password", label: ui.password, kind: "password", required: true }]}
      send={(values) => send(values as ProofForm)}
      done={done}
    />
  );
}

function Line({ item, prove, ended }: { item: SignInItem; prove: boolean; ended: () => void }) {
  const { language } = useWords();
  const said = accountWords(useWords().language);
  const device = [item.browser, item.system].filter(Boolean).join(" · ") || said.unknown;
  return (
    <List.Item
      extra={
        !item.current && (
          <EndButton
            label={said.end}
            note={said.endNote}
            prove={prove}
            send={(body) => api.signInsEnd({ path: { sign_in_id: item.id }, body })}
            done={ended}
          />
        )
      }
    >
      <List.Item.Meta
        title={
          <>
            {device} {item.current && <Tag color="green">{said.here}</Tag>}
          </>
        }
        description={
          <>
            <div>{item.address}</div>
            <div>{fill(said.since, { at: dateTime(item.created_at, language) })}</div>
            <div>{fill(said.last, { at: dateTime(item.last_used_at, language) })}</div>
          </>
        }
      />
    </List.Item>
  );
}
