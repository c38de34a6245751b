import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Alert, Button, Card, Flex, Typography } from "antd";
import { useState } from "react";
import { type AccessGranted, api, isAsked, keep, type SecondStepAsked, whyEnded } from "../api";
import { AskForm } from "../shared/ask-form";
import { useSpeech } from "../shared/context";
import { accountWords } from "../words/account";
import { personalWords } from "../words/personal";
import { DemoBar } from "./demo-bar";
import { SecondStep } from "./second-step";
import { SsoDoor } from "./sso-door";

export function SignIn() {
  const { words, speakIn } = useSpeech();
  const { ui } = words;
  const navigate = useNavigate();
  const client = useQueryClient();
  const { to } = useSearch({ strict: false }) as { to?: string };
  const said = accountWords(words.language);
  const [asked, setAsked] = useState<SecondStepAsked | null>(null);
  const ended = whyEnded();
  const enter = (granted: AccessGranted) => {
    keep(granted);
    client.clear();
    // Only ever a page of our own.
    void navigate({ to: (to?.startsWith("/") && !to.startsWith("//") ? to : "/") as string });
  };
  return (
    <>
      <DemoBar />
      <div className="narrow">
        <Typography.Title level={2} style={{ marginBottom: 0 }}>
          {ui.app}
        </Typography.Title>
        <Typography.Paragraph type="secondary">{ui.tagline}</Typography.Paragraph>
        {ended && !asked && (
          <Alert
            type="info"
            showIcon
            role="status"
            style={{ marginBottom: 12 }}
            title={ended.message}
            description={ended.detail}
          />
        )}
        <Card>
          {asked ? (
            <>
              <SecondStep asked={asked} done={enter} why={said.setUpWhy} />
              <Button type="link" size="small" onClick={() => setAsked(null)}>
                {said.back}
              </Button>
            </>
          ) : (
            <AskForm
              submit={ui.signIn}
              asks={[
                { name: "login", label: ui.login, required: true },
                { name: "password", label: ui.password, kind: "password", required: true },
              ]}
              send={(values) => api.authSignIn({ body: values as never })}
              done={(answer) => {
                const found = answer as AccessGranted | SecondStepAsked;
                if (isAsked(found)) setAsked(found);
                else enter(found);
              }}
            />
          )}
        </Card>
        <SsoDoor />
        <Typography.Paragraph type="secondary" style={{ margin: "12px 0" }}>
          {said.lost}
        </Typography.Paragraph>
        <Flex wrap gap="4px 16px" align="center">
          <Link to={"/public" as string}>{ui.public}</Link>
          <Link to={"/privacy" as string}>{personalWords(words.language).notice}</Link>
          <Button type="link" size="small" onClick={() => speakIn(words.language === "en" ? "zh-CN" : "en")}>
            {ui.language}
          </Button>
        </Flex>
      </div>
    </>
  );
}
