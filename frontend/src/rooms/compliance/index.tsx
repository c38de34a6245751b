import { Flex, Typography } from "antd";
import { useKnownMe, useWords } from "../../shared/context";
import { complianceWords } from "../../words/compliance";
import { Audits } from "./audits";
import { ConsentTexts } from "./consents";
import { Retention } from "./retention";

/** What the office has to do about personal data: show it once a year, let go of it in time. */
export function PersonalDataPage() {
  const { language } = useWords();
  const said = complianceWords(language);
  const me = useKnownMe();
  return (
    <Flex vertical gap={16} style={{ maxWidth: 960 }}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {said.title}
      </Typography.Title>
      {me.permissions.includes("compliance.read") && <Audits />}
      {me.permissions.includes("consent.read") && <ConsentTexts />}
      {me.permissions.includes("retention.read") && <Retention />}
    </Flex>
  );
}
