import { api, type PublishLine, type PublishPreview } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { ReleaseButton } from "../../shared/release-dialog";
import { useSubject } from "../../shared/values";
import { fill } from "../../words";

/** All locked marks of the city at one moment, by somebody else than who locked them (P14). */
export function Publish({ type, done }: { type?: "default"; done: () => void }) {
  const { ui, fields } = useWords();
  const me = useKnownMe();
  const subject = useSubject();
  if (!me.permissions.includes("exam.mark")) return null;
  return (
    <ReleaseButton<PublishPreview, PublishLine>
      type={type}
      label={ui.publishMarks}
      send={ui.cutoff.releaseNow}
      nothing={ui.hall.nothingLocked}
      queryKey={["/sittings", "publish"]}
      preview={() => api.marksPublishPreview()}
      says={({ lines, told }) =>
        fill(ui.hall.tells, {
          sittings: lines.length,
          people: lines.reduce((sum, line) => sum + line.tested + line.absent, 0),
          told,
        })
      }
      mine={(line) => line.locked_by_me}
      columns={[
        { title: fields.subject, render: (_, line) => subject(line.subject) },
        { title: ui.hall.tested, dataIndex: "tested", className: "fact", align: "right" },
        { title: fields.absent, dataIndex: "absent", className: "fact", align: "right" },
        { title: ui.hall.lowest, dataIndex: "lowest", className: "fact", align: "right" },
        { title: ui.hall.highest, dataIndex: "highest", className: "fact", align: "right" },
      ]}
      release={(body, headers) => api.marksPublish({ body, headers })}
      done={done}
    />
  );
}
