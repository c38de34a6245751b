import { useQuery } from "@tanstack/react-query";
import { App, Button, Flex, Modal, Typography } from "antd";
import { useState } from "react";
import { type AccessGranted, api, type FactorConfirmed, ok, type SecondStepAsked } from "../api";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { accountWords } from "../words/account";

interface Props {
  asked: SecondStepAsked;
  done: (granted: AccessGranted) => void;
  /** Said above the set-up, where a role needs it. */
  why?: string;
}

/** The second step of a sign-in: a code, or first an authenticator. The token stands in memory alone. */
export function SecondStep({ asked, done, why }: Props) {
  const said = accountWords(useWords().language);
  if (asked.step === "set_up") return <SetUp asked={asked} done={done} why={why} />;
  return (
    <AskForm
      submit={said.go}
      intro={said.stepAsk}
      asks={[{ name: "code", label: said.code, max: 40, required: true }]}
      send={(values) => api.secondStepProve({ body: { ...values, token: asked.token } as never })}
      done={(granted) => done(granted as AccessGranted)}
    />
  );
}

/** The same in front of the page, for who is in already. Nothing is open while nothing is asked. */
export function SecondStepDialog({
  asked,
  title,
  close,
  done,
  why,
}: Omit<Props, "asked"> & { asked: SecondStepAsked | null; title: string; close: () => void }) {
  return (
    asked && (
      <Modal open title={title} footer={null} mask={{ closable: false }} onCancel={close} destroyOnHidden>
        <SecondStep
          asked={asked}
          why={why}
          done={(granted) => {
            close();
            done(granted);
          }}
        />
      </Modal>
    )
  );
}

function SetUp({ asked, done, why }: Props) {
  const said = accountWords(useWords().language);
  const [confirmed, setConfirmed] = useState<FactorConfirmed | null>(null);
  // Forgotten as soon as the page is left.
  const { data, error } = useQuery({
    queryKey: ["second-step", asked.token],
    queryFn: () => ok(api.secondStepSetUp({ body: { token: asked.token } })),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (confirmed) {
    return <RecoveryCodes codes={confirmed.recovery_codes} kept={() => done(confirmed.granted)} />;
  }
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  return (
    <Flex vertical gap={12}>
      {why && <Typography.Text>{why}</Typography.Text>}
      <ol className="steps">
        {said.setUpSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <img
        className="qr"
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(data.qr)}`}
        alt={said.qr}
      />
      <div>
        <div className="quiet">{said.secret}</div>
        <Typography.Text code copyable={{ text: data.secret }} style={{ wordBreak: "break-all" }}>
          {data.secret.match(/.{1,4}/g)?.join(" ")}
        </Typography.Text>
      </div>
      <a href={data.uri}>{said.onThisPhone}</a>
      <AskForm
        submit={said.go}
        asks={[{ name: "code", label: said.sixDigits, max: 7, required: true }]}
        send={(values) => api.secondStepConfirm({ body: { ...values, token: asked.token } as never })}
        done={(answer) => setConfirmed(answer as FactorConfirmed)}
      />
    </Flex>
  );
}

/** Shown once: to be written down, copied or printed. */
export function RecoveryCodes({ codes, kept }: { codes: string[]; kept: () => void }) {
  const said = accountWords(useWords().language);
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join("\n"));
    void message.success(said.copied);
  };
  return (
    <Flex vertical gap={12} className="recovery">
      <Typography.Title level={4} style={{ margin: 0 }}>
        {said.recovery}
      </Typography.Title>
      <Typography.Text>{said.recoveryNote}</Typography.Text>
      <ol>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Flex gap={8} wrap justify="end">
        <Button onClick={() => void copy()}>{said.copy}</Button>
        <Button onClick={() => globalThis.print()}>{said.print}</Button>
        <Button type="primary" onClick={kept}>
          {said.kept}
        </Button>
      </Flex>
    </Flex>
  );
}
