import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Card, Result, Typography } from "antd";
import { useState } from "react";
import { api, ok } from "../api";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";
import { Loading } from "../shared/states";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { Gone } from "./links";
import { Frame } from "./public";

/** A new password by a link of the office. */
export function ResetPage() {
  const { ui, language } = useWords();
  const said = accountWords(language);
  const { token } = useParams({ strict: false }) as { token: string };
  const [done, setDone] = useState(false);
  const { data, error } = useQuery({
    queryKey: ["reset-link", token],
    queryFn: () => ok(api.resetLinksShow({ path: { token } })),
    retry: false,
    enabled: !done,
  });
  if (done) {
    return (
      <Frame>
        <Result
          status="success"
          title={said.passwordSet}
          extra={<Link to={"/sign-in" as string}>{ui.signIn}</Link>}
        />
      </Frame>
    );
  }
  if (error) return <Frame>{<Gone error={error} />}</Frame>;
  if (!data) return <Frame>{<Loading />}</Frame>;
  return (
    <Frame>
      <Card title={said.newPassword}>
        <Typography.Paragraph>
          {fill(said.newPasswordFor, { login: data.login, name: data.name })}
        </Typography.Paragraph>
        <AskForm
          submit={ui.save}
          asks={[
            {
              name: "password",
              label: ui.newPassword,
              kind: "password",
              hint: said.passwordHint,
              required: true,
            },
          ]}
          send={(values) => api.resetLinksUse({ path: { token }, body: values as never })}
          done={() => setDone(true)}
        />
      </Card>
    </Frame>
  );
}
