import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Card, Flex, Modal, Typography } from "antd";
import { useState } from "react";
import { api, type RecoveryCodes as Codes, keep, ok, type SecondStepAsked } from "../api";
import { AskButton } from "../shared/ask-button";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { dateTime } from "../words/dates";
import { Devices } from "./devices";
import { RecoveryCodes, SecondStepDialog } from "./second-step";

/** One's password, second step and signed-in devices. */
export function AccountPage() {
  const said = accountWords(useWords().language);
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
  const said = accountWords(useWords().language);
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
  const said = accountWords(useWords().language);
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
          intro={`${said.proveFirst} ${said.factorNote}`}
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
