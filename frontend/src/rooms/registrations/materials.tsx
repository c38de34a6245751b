import { DeleteOutlined, EyeOutlined } from "@ant-design/icons";
import { Button, Card, Flex, List, Tag } from "antd";
import { useState } from "react";
import { api, ok, type RegistrationRecord } from "../../api";
import { useWords } from "../../shared/context";
import { FileField } from "../../shared/file-field";
import { useNamed, usePlan } from "../../shared/plan";
import { Refusal } from "../../shared/states";
import type { FormProps } from "../../shared/thing";
import { Viewer } from "../../shared/viewer";

/** The papers of a registration: handed in by the student, looked at beside the facts by who reviews. */
export function Materials({ record, writes, done }: FormProps<RegistrationRecord> & { writes: boolean }) {
  const { ui } = useWords();
  const plan = usePlan();
  const name = useNamed();
  const [seen, setSeen] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const kinds = plan?.application?.materials ?? [];
  if (kinds.length === 0) return null;
  const change = async (call: Promise<{ data?: unknown; error?: unknown; response?: Response }>) => {
    setError(null);
    try {
      await ok(call);
      done();
    } catch (wrong) {
      setError(wrong);
    }
  };
  const shown = record.materials.find((material) => material.kind === seen);
  return (
    <Card size="small" title={ui.papers}>
      <Refusal error={error} />
      <List
        size="small"
        dataSource={kinds}
        renderItem={(kind) => {
          const path = { registration_id: record.id, kind: kind.code };
          const kept = record.materials.find((material) => material.kind === kind.code);
          return (
            <List.Item>
              <Flex wrap gap={8} align="center" style={{ width: "100%" }}>
                <span style={{ minWidth: 120 }}>
                  {name(kind)}{" "}
                  {plan?.application?.required_materials.includes(kind.code) && (
                    <Tag color="orange">{ui.needed}</Tag>
                  )}
                </span>
                {kept && (
                  <Button
                    size="small"
                    icon={<EyeOutlined />}
                    type={seen === kind.code ? "primary" : "default"}
                    onClick={() => setSeen(seen === kind.code ? null : kind.code)}
                  >
                    {kept.file_name}
                  </Button>
                )}
                {!kept && !writes && ui.none}
                {writes && (
                  <FileField
                    key={kept?.file_id}
                    label={`${kept ? ui.replace : ui.chooseFile} · ${name(kind)}`}
                    accept="image/*,application/pdf"
                    onChange={(file_id) =>
                      file_id && void change(api.registrationsHandIn({ path, body: { file_id } }))
                    }
                  />
                )}
                {writes && kept && (
                  <Button
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={`${ui.remove}：${name(kind)}`}
                    onClick={() => void change(api.registrationsTakeBack({ path }))}
                  />
                )}
              </Flex>
            </List.Item>
          );
        }}
      />
      {shown && (
        <Viewer
          key={shown.file_id}
          path={`/registrations/${record.id}/materials/${shown.kind}`}
          name={shown.file_name}
          type={shown.content_type}
        />
      )}
    </Card>
  );
}
