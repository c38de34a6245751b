import { DownloadOutlined, TableOutlined, UploadOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, type ButtonProps, Dropdown, Flex, Typography } from "antd";
import { useRef, useState } from "react";
import { api, asProblem, type ImportItem, type ImportsExportData, ok, type Permission } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { download } from "../../shared/download";
import { Refusal } from "../../shared/states";
import { UploadButton } from "../../shared/upload-button";

export type Kind = ImportItem["kind"];

/** Which permission brings which sheet; the API asks for the same. */
export const BRINGS: Record<Kind, Permission> = {
  students: "registration.recommend",
  ranks: "registration.recommend",
  mentors: "nomination.recommend",
  team: "nomination.recommend",
  sittings: "exam.arrange",
  marks: "exam.mark",
  tracking: "tracking.write",
};

/** Sheets whose data can be taken away in the form in which they come. */
const EXPORTS: Record<ImportsExportData["path"]["kind"], true> = {
  students: true,
  mentors: true,
  team: true,
  sittings: true,
  marks: true,
  tracking: true,
};

/** Choose a sheet: its template to fill in, what is there already, or the filled one to bring. */
export function Bring() {
  const { ui, enums } = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { kind?: Kind; sitting?: string };
  const kind = useRef<Kind | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const allowed = (Object.keys(BRINGS) as Kind[]).filter((code) => me.permissions.includes(BRINGS[code]));
  const kinds = allowed.filter((code) => !search.kind || code === search.kind);
  if (!me.permissions.includes("import.bring") || kinds.length === 0) return null;
  const during = async (what: string, work: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    try {
      await work();
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(null);
    }
  };
  const bring = (code: Kind, file: File) =>
    during("bring", async () => {
      const made = await ok(api.importsBring({ path: { kind: code }, body: { file } }));
      void navigate({ to: `/imports/${made.id}` as string });
    });
  const template = (code: Kind) =>
    during("template", () => {
      const sitting = code === "marks" && search.sitting ? `?sitting=${search.sitting}` : "";
      return download(`/imports/templates/${code}${sitting}`, `${enums.importKind[code]}.xlsx`);
    });
  const take = (code: Kind) =>
    during("export", () => download(`/imports/${code}/export`, `${enums.importKind[code]}.xlsx`, {}));
  return (
    <Flex vertical gap={8}>
      <Flex gap={8} wrap>
        <Choice
          kinds={kinds}
          chosen={search.kind}
          label={ui.importTemplate}
          icon={<DownloadOutlined />}
          loading={busy === "template"}
          take={(code) => void template(code)}
        />
        <Choice
          kinds={kinds.filter((code) => code in EXPORTS)}
          chosen={search.kind}
          label={ui.importExport}
          icon={<TableOutlined />}
          loading={busy === "export"}
          take={(code) => void take(code)}
        />
        <UploadButton
          label={ui.importBring}
          accept=".xlsx,.xls,.csv"
          chosen={(file) => kind.current && void bring(kind.current, file)}
        >
          {(open) => (
            <Choice
              kinds={kinds}
              chosen={search.kind}
              label={ui.importBring}
              type="primary"
              icon={<UploadOutlined />}
              loading={busy === "bring"}
              take={(code) => {
                kind.current = code;
                open();
              }}
            />
          )}
        </UploadButton>
      </Flex>
      {search.kind === "marks" && <Typography.Text type="secondary">{ui.marksHint}</Typography.Text>}
      <Refusal error={error} rest={error ? asProblem(error).errors.map((fault) => fault.message) : []} />
    </Flex>
  );
}

/** A button for the sheet that is chosen, else one that asks which. */
function Choice({
  kinds,
  chosen,
  label,
  take,
  ...button
}: ButtonProps & { kinds: Kind[]; chosen?: Kind; label: string; take: (kind: Kind) => void }) {
  const { enums } = useWords();
  if (kinds.length === 0) return null;
  if (chosen)
    return (
      <Button {...button} onClick={() => take(chosen)}>
        {label}
      </Button>
    );
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: kinds.map((code) => ({ key: code, label: enums.importKind[code] })),
        onClick: ({ key }) => take(key as Kind),
      }}
    >
      <Button {...button}>{label}</Button>
    </Dropdown>
  );
}
