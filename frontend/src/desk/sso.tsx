import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Card, Empty, Flex, Tag, Typography } from "antd";
import { api, ok, type SsoAddress, type SsoProviderItem } from "../api";
import { ActButton } from "../shared/act-button";
import { AskButton } from "../shared/ask-button";
import { AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { fill } from "../words";
import { accountWords } from "../words/account";
import { dateTime } from "../words/dates";
import { ssoWords } from "../words/sso";
import { useUniversities } from "./sso-door";

/** One's own identities at universities, and for offices the universities' providers. */
export function SsoPage() {
  const me = useKnownMe();
  const said = ssoWords(useWords().language);
  return (
    <Flex vertical gap={16} style={{ maxWidth: 720 }}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {said.title}
      </Typography.Title>
      <Links />
      {me.permissions.includes("sso.set") && <Providers />}
    </Flex>
  );
}

function Links() {
  const me = useKnownMe();
  const { ui, language } = useWords();
  const said = ssoWords(language);
  const client = useQueryClient();
  const choices = useUniversities();
  const { data, error } = useQuery({ queryKey: ["sso-own"], queryFn: () => ok(api.ssoOwnList()) });
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  const units = new Set(me.memberships.map((m) => m.unit_id));
  const linked = new Set(data.items.map((one) => one.unit_name));
  const own = (choices.data?.items ?? []).filter((one) => units.has(one.unit_id) && !linked.has(one.name));
  return (
    <Card title={said.links}>
      <Typography.Paragraph type="secondary">{said.linksHint}</Typography.Paragraph>
      <Flex vertical gap={12} align="start">
        {data.items.length === 0 && <Typography.Text>{said.none}</Typography.Text>}
        {data.items.map((one) => (
          <Flex key={one.id} gap={12} align="center" wrap>
            <Typography.Text>
              {one.unit_name} · {one.label} · {fill(said.since, { date: dateTime(one.linked_at, language) })}
            </Typography.Text>
            <ActButton
              danger
              size="small"
              label={said.unlink}
              hint={said.unlinkHint}
              send={() => api.ssoUnlink({ path: { identity_id: one.id } })}
              done={() => void client.invalidateQueries({ queryKey: ["sso-own"] })}
            />
          </Flex>
        ))}
        {own.map((one) => (
          <AskButton
            key={one.id}
            label={fill(said.link, { unit: (language === "en" && one.name_en) || one.name })}
            submit={said.goThere}
            intro={accountWords(language).proveFirst}
            asks={[{ name: "password", label: ui.password, kind: "password", required: true }]}
            send={({ password }) =>
              api.ssoLinkStart({ body: { provider_id: one.id, password: String(password) } })
            }
            done={(answer) => location.assign((answer as SsoAddress).address)}
          />
        ))}
      </Flex>
    </Card>
  );
}

function Providers() {
  const me = useKnownMe();
  const said = ssoWords(useWords().language);
  const { data, error } = useQuery({
    queryKey: ["sso-providers"],
    queryFn: () => ok(api.ssoProvidersList()),
  });
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  const confirms = me.permissions.includes("sso.confirm");
  const own = data.items.find((one) => one.unit_id === me.membership.unit_id);
  return (
    <Card title={said.settings}>
      {confirms && data.items.length === 0 && <Empty description={said.nobody} />}
      {data.items.map((one) => (
        <Provider key={one.id} one={one} confirms={confirms} />
      ))}
      {!confirms && <Settings key={own?.version} unit={me.membership.unit_id} own={own} />}
    </Card>
  );
}

function Provider({ one, confirms }: { one: SsoProviderItem; confirms: boolean }) {
  const said = ssoWords(useWords().language);
  const client = useQueryClient();
  const standing = !one.active ? said.off : one.confirmed_at ? said.confirmed : said.waiting;
  return (
    <Flex gap={12} align="center" wrap style={{ marginBottom: 12 }}>
      <Typography.Text strong>{one.unit_name}</Typography.Text>
      <Typography.Text>{one.issuer}</Typography.Text>
      <Tag>{standing}</Tag>
      {confirms && !one.confirmed_at && (
        <ActButton
          size="small"
          label={said.confirm}
          hint={said.confirmHint}
          send={() =>
            api.ssoProvidersConfirm({ path: { provider_id: one.id }, body: { version: one.version } })
          }
          done={() => void client.invalidateQueries({ queryKey: ["sso-providers"] })}
        />
      )}
    </Flex>
  );
}

function Settings({ unit, own }: { unit: string; own?: SsoProviderItem }) {
  const { ui, language } = useWords();
  const said = ssoWords(language);
  const client = useQueryClient();
  const { message } = App.useApp();
  return (
    <AskForm
      submit={ui.save}
      intro={
        <>
          {said.ownHint}
          <br />
          {fill(said.callback, { address: `${location.origin}/sso` })}
        </>
      }
      asks={[
        { name: "issuer", label: said.issuer, hint: said.issuerHint, required: true, initial: own?.issuer },
        { name: "client_id", label: said.clientId, required: true, initial: own?.client_id },
        {
          name: "client_secret",
          label: said.secret,
          hint: said.secretHint,
          kind: "password",
          required: !own,
        },
        {
          name: "name_claim",
          label: said.nameClaim,
          hint: said.nameClaimHint,
          required: true,
          initial: own?.name_claim ?? "name",
        },
        { name: "active", label: said.active, kind: "yes", initial: own?.active ?? true },
      ]}
      send={(values) =>
        api.ssoProvidersName({
          path: { unit_id: unit },
          body: { ...values, client_secret: values.client_secret || null, version: own?.version } as never,
        })
      }
      done={() => {
        void message.success(ui.saved);
        void client.invalidateQueries({ queryKey: ["sso-providers"] });
        void client.invalidateQueries({ queryKey: ["sso"] });
      }}
    />
  );
}
