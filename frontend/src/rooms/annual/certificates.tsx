import { Flex, Tag } from "antd";
import { api, type CertificateItem } from "../../api";
import { ActButton } from "../../shared/act-button";
import { AskButton } from "../../shared/ask-button";
import { BundleButton } from "../../shared/bundle-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Recorded, Thing } from "../../shared/thing";
import { StateTag } from "../../shared/values";
import { date } from "../../words/dates";

export function Issue({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  return (
    <>
      {!me.permissions.includes("receipt.read") && (
        <BundleButton kind="certificates" label={ui.allCertificates} />
      )}
      {me.permissions.includes("certificate.issue") && (
        <ActButton
          type="primary"
          label={ui.issue}
          send={(headers) => api.certificatesIssue({ headers })}
          done={done}
        />
      )}
    </>
  );
}

export function Paper({ record, done }: FormProps<CertificateItem & Recorded>) {
  const { ui, fields, language } = useWords();
  const me = useKnownMe();
  return (
    <Flex gap={16} wrap align="center">
      <StateTag table="grade" code={record.grade} />
      <DownloadButton
        label={ui.certificate}
        path={`/certificates/${record.id}/pdf`}
        name={`${record.number}.pdf`}
      />
      <a href={`/c/${record.code}`}>{ui.check}</a>
      {record.status !== "valid" && (
        <Tag color="red">
          {ui.certificateStates[record.status]} · {date(record.revoked_at ?? "", language)} ·{" "}
          {record.revoked_reason}
        </Tag>
      )}
      {me.permissions.includes("certificate.issue") && record.status === "valid" && (
        <>
          <AskButton
            label={ui.certificateReissue}
            submit={ui.certificateReissue}
            intro={ui.certificateReissueHint}
            asks={[
              { name: "name", label: fields.name, required: true, max: 100, initial: record.name },
              { name: "reason", label: ui.reason, required: true, max: 500 },
            ]}
            send={(values, headers) =>
              api.certificatesReissue({
                path: { certificate_id: record.id },
                body: { ...values, version: record.version } as never,
                headers,
              })
            }
            done={done}
          />
          <AskButton
            label={ui.certificateRevoke}
            submit={ui.certificateRevoke}
            intro={ui.certificateRevokeHint}
            asks={[{ name: "reason", label: ui.reason, kind: "long", required: true, max: 500 }]}
            send={(values, headers) =>
              api.certificatesRevoke({
                path: { certificate_id: record.id },
                body: { ...values, version: record.version } as never,
                headers,
              })
            }
            done={done}
          />
        </>
      )}
    </Flex>
  );
}

export const certificates: Thing<CertificateItem, CertificateItem & Recorded> = {
  path: "/certificates",
  stage: "certificates",
  title: (record) => `${record.number} ${record.name}`,
  columns: ["name", "number", "subject", "school_name", "mentor_name", "university_name", "issued_at"],
  filters: [{ name: "q" }, { name: "grade", from: "grade" }, { name: "subject", from: "subjects" }],
  list: (query) => api.certificatesList({ query: query as never }),
  get: (id) => api.certificatesGet({ path: { certificate_id: id } }),
  facts: [
    "number",
    "name",
    "subject",
    "school_name",
    "city_name",
    "mentor_name",
    "university_name",
    "issued_at",
    "code",
  ],
  Body: Paper,
  Tools: Issue,
};
