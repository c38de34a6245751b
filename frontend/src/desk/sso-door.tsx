import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Card, Divider, Flex, Select, Typography } from "antd";
import { useCallback, useEffect, useState } from "react";
import { api, asProblem, isAsked, keep, ok } from "../api";
import { useWords } from "../shared/context";
import { Failed, Loading, Refusal } from "../shared/states";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { ssoWords } from "../words/sso";
import { Frame } from "./public";
import { SecondStep } from "./second-step";

export function useUniversities() {
  return useQuery({
    queryKey: ["sso"],
    queryFn: () => ok(api.ssoChoices()),
    staleTime: 300_000,
    retry: false,
  });
}

/** On the sign-in page: the way in through one's university; nothing where no university has one. */
export function SsoDoor() {
  const words = useWords();
  const said = ssoWords(words.language);
  const { data } = useUniversities();
  const [chosen, setChosen] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!data?.items.length) return null;
  const provider = chosen ?? (data.items.length === 1 ? data.items[0].id : undefined);
  const leave = async () => {
    if (!provider) return;
    setBusy(true);
    try {
      location.assign((await ok(api.ssoStart({ body: { provider_id: provider } }))).address);
    } catch (wrong) {
      setError(wrong);
      setBusy(false);
    }
  };
  return (
    <Card size="small" title={said.title} style={{ marginTop: 12 }}>
      <Flex vertical gap={12}>
        <Refusal error={error} rest={[]} />
        <Select
          aria-label={said.choose}
          placeholder={said.choose}
          value={provider}
          onChange={setChosen}
          showSearch={{ optionFilterProp: "label" }}
          options={data.items.map((one) => ({
            value: one.id,
            label: (words.language === "en" && one.name_en) || one.name,
          }))}
        />
        <Button block disabled={!provider} loading={busy} onClick={() => void leave()}>
          {said.enter}
        </Button>
      </Flex>
    </Card>
  );
}

/** On an invitation: taken up by the university's own sign-in, without a password of the platform's. */
export function JoinDoor({ token, unit }: { token: string; unit: string }) {
  const said = ssoWords(useWords().language);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const leave = async () => {
    setBusy(true);
    try {
      location.assign((await ok(api.ssoJoinStart({ path: { token } }))).address);
    } catch (wrong) {
      setError(wrong);
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={12}>
      <Refusal error={error} rest={[]} />
      <Button type="primary" size="large" block loading={busy} onClick={() => void leave()}>
        {said.join}
      </Button>
      <Typography.Text type="secondary">{fill(said.joinHint, { unit })}</Typography.Text>
      <Divider plain>{said.joinElse}</Divider>
    </Flex>
  );
}

/** Where the university sends people back. The code leaves the address before anything else happens. */
export function SsoBackPage() {
  const { language } = useWords();
  const said = ssoWords(language);
  const navigate = useNavigate();
  const client = useQueryClient();
  const [given] = useState(() => Object.fromEntries(new URLSearchParams(location.search)));
  const linking = given.state?.startsWith("link.");
  const joining = given.state?.startsWith("join.");
  useEffect(() => history.replaceState(null, "", location.pathname), []);
  const { data, error } = useQuery({
    queryKey: ["sso-back", given.state],
    queryFn: async () => {
      const body = { code: given.code ?? "", state: given.state ?? "", iss: given.iss };
      if (linking) return { linked: await ok(api.ssoLink({ body })), asked: null };
      const found = await ok(joining ? api.ssoJoin({ body }) : api.ssoFinish({ body }));
      if (isAsked(found)) return { linked: null, asked: found };
      keep(found);
      return { linked: null, asked: null };
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const leave = useCallback(
    (to: string) => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "sso-back" });
      void navigate({ to: to as string, replace: true });
    },
    [client, navigate],
  );
  useEffect(() => {
    if (data && !data.asked) leave(data.linked ? "/single-sign-on" : "/");
  }, [data, leave]);
  return (
    <Frame>
      {data?.asked ? (
        <Card>
          <SecondStep
            asked={data.asked}
            why={accountWords(language).setUpWhy}
            done={(granted) => {
              keep(granted);
              leave("/");
            }}
          />
        </Card>
      ) : error ? (
        <Flex vertical gap={12}>
          <Failed error={error} />
          {joining && asProblem(error).code !== "sso_role_held" && (
            <Typography.Text type="secondary">{said.joinFailed}</Typography.Text>
          )}
          <Link to={(linking ? "/single-sign-on" : "/sign-in") as string}>{said.back}</Link>
        </Flex>
      ) : (
        <>
          <p>{said.working}</p>
          <Loading />
        </>
      )}
    </Frame>
  );
}
