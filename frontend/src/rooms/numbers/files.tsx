import { DownloadOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { asProblem, type PictureOffer } from "../../api";
import { useWords } from "../../shared/context";
import { download } from "../../shared/download";
import type { Query } from "../../shared/thing";
import { numbersWords } from "../../words/numbers";

const KINDS = ["xlsx", "csv", "png", "svg"] as const;

/** The picture as a workbook, CSV, PNG or SVG, by what the page is set to. */
export function Files({ code, asked, title }: { code: PictureOffer["code"]; asked: Query; title: string }) {
  const words = numbersWords(useWords().language);
  const { message } = App.useApp();
  const fetchIt = async (kind: string) => {
    try {
      const query = new URLSearchParams(asked as Record<string, string>).toString();
      await download(`/numbers/${code}.${kind}?${query}`, `${title}.${kind}`);
    } catch (wrong) {
      void message.error(asProblem(wrong).message);
    }
  };
  return (
    <Dropdown
      menu={{
        items: KINDS.map((key) => ({ key, label: words.kinds[key] })),
        onClick: ({ key }) => void fetchIt(key),
      }}
      trigger={["click"]}
    >
      <Button icon={<DownloadOutlined />}>{words.files}</Button>
    </Dropdown>
  );
}
