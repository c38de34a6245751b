import { useQuery } from "@tanstack/react-query";
import { Flex } from "antd";
import { useEffect, useState } from "react";
import { apiOrigin, asProblem, send } from "../api";
import { ApiProblem } from "../api/problem";
import { useWords } from "./context";
import { DownloadButton } from "./download-button";
import { Failed, Loading } from "./states";

/** A file shown in the page: a photo or a PDF; anything else can be downloaded. Without a type it is asked. */
export function Viewer({ path, name, type: said }: { path: string; name: string; type?: string }) {
  const { ui } = useWords();
  const asks = said === undefined || isShown(said);
  const { data, error } = useQuery({
    queryKey: ["file", path, name],
    queryFn: async () => {
      const answer = await send(new Request(`${apiOrigin()}/api/v1${path}`, { credentials: "include" }));
      if (!answer.ok) throw new ApiProblem((await answer.json()) as Record<string, unknown>, answer.status);
      return answer.blob();
    },
    enabled: asks,
    gcTime: 0,
  });
  const [address, setAddress] = useState("");
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  const type = said ?? data?.type ?? "";
  const shows = asks && (!data || isShown(type));
  if (error) return <Failed error={asProblem(error)} />;
  return (
    <Flex vertical gap={8} style={{ marginTop: 8 }}>
      {shows && !address && <Loading />}
      {address && type.startsWith("image/") && (
        <img src={address} alt={name} style={{ maxWidth: "100%", maxHeight: 640, objectFit: "contain" }} />
      )}
      {address && type === "application/pdf" && (
        <iframe
          src={`${address}#navpanes=0`}
          title={name}
          style={{ width: "100%", height: 560, border: 0 }}
        />
      )}
      <DownloadButton label={ui.download} path={path} name={name} />
    </Flex>
  );
}

function isShown(type: string): boolean {
  return type.startsWith("image/") || type === "application/pdf";
}
