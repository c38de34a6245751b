import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Card, Flex, List, Modal, Tag, Typography } from "antd";
import { useState } from "react";
import { api, type RecoveryCodes as Codes, keep, ok, type SecondStepAsked, type SignInItem } from "../api";
import { ActButton } from "../shared/act-button";
import { AskButton } from "../shared/ask-button";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { dateTime } from "../words/dates";
import { RecoveryCodes, SecondStepDialog } from "./second-step";

function useSaid() {
  return accountWords(useWords().language);
}

/** One's password, second step and signed-in devices. */
export function AccountPage() {
  const said = useSaid();
  return (
    <Flex vertical gap={16} style={{ maxWidth: 720 }}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {said.page}
      </Typography.Title>
      <Password />
      <Factor />
      <Devices />
    </Flex>
  );
}

function Password() {
  const { ui } = useWords();
  const said = useSaid();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [turn, setTurn] = useState(0);
  return (
    <Card title={said.password}>
      <AskForm
        key={turn}
        submit={ui.changePassword}
        asks={[
          { name: "old_password", label: ui.oldPassword, kind: "password", required: true },
          {
            name: "new_password",
            label: ui.newPassword,
            kind: "password",
            hint: `${said.passwordHint} ${ui.otherDevicesOut}`,
            required: true,
          },
        ]}
        send={(values) => api.authChangePassword({ body: values as never })}
        done={() => {
          void message.success(ui.saved);
          void client.invalidateQueries({ queryKey: ["sign-ins"] });
          setTurn(turn + 1);
        }}
      />
    </Card>
  );
}

function Factor() {
  const { ui, language } = useWords();
  const said = useSaid();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<SecondStepAsked | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["second-factor"],
    queryFn: () => ok(api.secondFactorGet()),
  });
  const again = () => void client.invalidateQueries({ queryKey: ["second-factor"] });
  const password = { name: "password", label: ui.password, kind: "password", required: true } as const;
  const code = { name: "code", label: said.code, max: 40, required: true };
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const on = data.set_up_at;
  return (
    <Card title={said.step}>
      <Typography.Paragraph type={on ? undefined : "secondary"}>
        {on ? fill(said.stepOn, { at: dateTime(on, language), left: data.recovery_left }) : said.stepOff}
        {data.needed && <div className="quiet">{said.stepNeeded}</div>}
      </Typography.Paragraph>
      <Flex gap={8} wrap>
        <AskButton
          type={on ? "default" : "primary"}
          label={on ? said.another : said.setUp}
          submit={said.go}
          intro={said.proveFirst}
          asks={on ? [password, code] : [password]}
          send={(values) => api.secondFactorAsk({ body: values as never })}
          done={(answer) => setAsked(answer as SecondStepAsked)}
        />
        {on && (
          <AskButton
            label={said.renew}
            intro={said.renewNote}
            asks={[code]}
            send={(values) => api.secondFactorRecovery({ body: values as never })}
            done={(answer) => {
              setCodes((answer as Codes).recovery_codes);
              again();
            }}
          />
        )}
        {on && !data.needed && (
          <AskButton
            danger
            label={said.remove}
            intro={said.removeNote}
            asks={[password, code]}
            send={(values) => api.secondFactorRemove({ body: values as never })}
            done={() => {
              void message.success(ui.saved);
              again();
            }}
          />
        )}
      </Flex>
      <SecondStepDialog
        asked={asked}
        title={said.setUp}
        close={() => setAsked(null)}
        done={(granted) => {
          keep(granted);
          again();
        }}
      />
      {codes && (
        <Modal open footer={null} closable={false} mask={{ closable: false }} destroyOnHidden>
          <RecoveryCodes codes={codes} kept={() => setCodes(null)} />
        </Modal>
      )}
    </Card>
  );
}

function Devices() {
  const said = useSaid();
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
          <ActButton
            danger
            label={said.endOthers}
            hint={said.endOthersNote}
            send={() => api.signInsEndOthers()}
            done={ended}
          />
        )
      }
    >
      <Typography.Paragraph type="secondary">{said.devicesNote}</Typography.Paragraph>
      <List dataSource={data.items} rowKey="id" renderItem={(item) => <Line item={item} ended={ended} />} />
    </Card>
  );
}

function Line({ item, ended }: { item: SignInItem; ended: () => void }) {
  const { language } = useWords();
  const said = useSaid();
  const device = [item.browser, item.system].filter(Boolean).join(" · ") || said.unknown;
  return (
    <List.Item
      extra={
        !item.current && (
          <ActButton
            label={said.end}
            hint={said.endNote}
            send={() => api.signInsEnd({ path: { sign_in_id: item.id } })}
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
