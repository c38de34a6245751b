import { Flex } from "antd";
import { api, type CertificateItem } from "../../api";
import { ActButton } from "../../shared/act-button";
import { BundleButton } from "../../shared/bundle-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Recorded, Thing } from "../../shared/thing";
import { StateTag } from "../../shared/values";

export function Issue({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  return (
    <>
      <BundleButton kind="certificates" label={ui.allCertificates} />
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

export function Paper({ record }: FormProps<CertificateItem & Recorded>) {
  const { ui } = useWords();
  return (
    <Flex gap={16} wrap align="center">
      <StateTag table="grade" code={record.grade} />
      <DownloadButton
        label={ui.certificate}
        path={`/certificates/${record.id}/pdf`}
        name={`${record.number}.pdf`}
      />
      <a href={`/c/${record.code}`}>{ui.check}</a>
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
