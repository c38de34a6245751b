import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Card, Checkbox, Flex, Result, Typography } from "antd";
import { useState } from "react";
import { type AccessGranted, api, asProblem, isAsked, keep, ok, type SecondStepAsked } from "../api";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { word } from "../shared/values";
import { fill } from "../words";
import { accountWords } from "../words/account";

import { Frame } from "./public";
import { SecondStep } from "./second-step";
import { JoinDoor } from "./sso-door";

export function InvitationPage() {
  const words = useWords();
  const { ui } = words;
  const said = accountWords(words.language);
  const navigate = useNavigate();
  const { token } = useParams({ strict: false }) as { token: string };
  const [asked, setAsked] = useState<SecondStepAsked | null>(null);
  const enter = (granted: AccessGranted) => {
    keep(granted);
    void navigate({ to: "/" as string });
  };
  const { data, error } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => ok(api.invitationsShow({ path: { token } })),
    retry: false,
  });
  return (
    <Frame>
      {error ? (
        <Gone error={error} />
      ) : !data ? (
        <Loading />
      ) : (
        <Card title={`${ui.invitation} · ${data.name}`}>
          <Typography.Paragraph>
            {fill(ui.invitationFor, { unit: data.unit_name, role: word(words, "role", data.role) })}{" "}
            {!asked && !data.sso_provider_id && ui.invitationChoose}
          </Typography.Paragraph>
          {!asked && data.sso_provider_id && <JoinDoor token={token} unit={data.unit_name} />}
          {asked ? (
            <SecondStep asked={asked} done={enter} why={said.setUpWhy} />
          ) : (
            <AskForm
              asks={[
                { name: "login", label: ui.login, required: true, hint: ui.loginRule },
                {
                  name: "password",
                  label: ui.password,
                  kind: "password",
                  required: true,
                  hint: said.passwordHint,
                },
              ]}
              send={(values) => api.invitationsAccept({ path: { token }, body: values as never })}
              done={(answer) => {
                const found = answer as AccessGranted | SecondStepAsked;
                if (isAsked(found)) setAsked(found);
                else enter(found);
              }}
            />
          )}
        </Card>
      )}
    </Frame>
  );
}

/** A link that leads nowhere was used or has run out: who sent it can send another. */
export function Gone({ error }: { error: unknown }) {
  const { ui } = useWords();
  if (asProblem(error).status !== 404) return <Failed error={error} />;
  return <Result status="info" title={ui.notFound} subTitle={ui.linkGone} />;
}

export function ConsentPage() {
  const words = useWords();
  const { ui } = words;
  const { token } = useParams({ strict: false }) as { token: string };
  const said = accountWords(words.language);
  const [given, setGiven] = useState(false);
  const [agreed, setAgreed] = useState({
    participation: false,
    publication: false,
    national_programme: false,
  });
  const { data, error } = useQuery({
    queryKey: ["consent", token],
    queryFn: () => ok(api.consentsShow({ path: { token } })),
    retry: false,
  });
  if (error) return <Frame>{<Gone error={error} />}</Frame>;
  if (!data) return <Frame>{<Loading />}</Frame>;
  if (given || data.given) {
    return <Frame>{<Result status="success" title={given ? ui.consentGiven : ui.consentAlready} />}</Frame>;
  }
  const texts = (["participation", "publication", "national_programme"] as const).map((purpose) => ({
    purpose,
    text: words.language === "en" ? data[purpose].en : data[purpose].zh,
  }));
  return (
    <Frame>
      <Card title={`${ui.consent} · ${data.student_name} · ${data.school_name}`}>
        <Flex vertical gap={14} style={{ marginBottom: 16 }}>
          {texts.map(({ purpose, text }) => (
            <Checkbox
              key={purpose}
              checked={agreed[purpose]}
              onChange={(event) => setAgreed({ ...agreed, [purpose]: event.target.checked })}
            >
              {text}
              <div className="quiet">{purpose === "participation" ? ui.consentNeeded : ui.consentFree}</div>
            </Checkbox>
          ))}
        </Flex>
        <Typography.Paragraph type="secondary">{ui.consentAccount}</Typography.Paragraph>
        <AskForm
          submit={ui.agree}
          blocked={!agreed.participation && ui.consentNeeded}
          asks={[
            { name: "login", label: ui.login, hint: ui.loginRule },
            { name: "password", label: ui.password, kind: "password", hint: said.passwordHint },
          ]}
          send={(values, headers) =>
            api.consentsGive({ path: { token }, body: { ...agreed, ...values } as never, headers })
          }
          done={() => setGiven(true)}
        />
      </Card>
    </Frame>
  );
}
