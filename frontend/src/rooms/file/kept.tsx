import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect } from "react";
import { apiOrigin, type Kept, send } from "../../api";
import { useWords } from "../../shared/context";
import { download } from "../../shared/download";
import { fill } from "../../words";
import { fileWords } from "../../words/file";

/** A file of a part, opened by whoever may read it. */
export function KeptFile({ kept }: { kept: Kept }) {
  return (
    <div>
      <Button
        type="link"
        size="small"
        style={{ padding: 0 }}
        onClick={() => void download(kept.path, kept.name)}
      >
        {kept.name}
      </Button>
    </div>
  );
}

/** A photo, fetched with the reader's token. */
export function Photo({ kept }: { kept: Kept }) {
  const words = fileWords(useWords().language);
  const { data } = useQuery({
    queryKey: ["photo", kept.id],
    queryFn: async () => {
      const answer = await send(new Request(`${apiOrigin()}/api/v1${kept.path}`, { credentials: "include" }));
      return answer.ok ? URL.createObjectURL(await answer.blob()) : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  useEffect(
    () => () => {
      if (data) URL.revokeObjectURL(data);
    },
    [data],
  );
  if (!data) return null;
  return <img src={data} alt={fill(words.photo, { name: kept.name })} className="photo" />;
}
