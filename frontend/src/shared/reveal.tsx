import { Alert, Flex } from "antd";
import { useRef, useState } from "react";
import { api, type Revealed, type RevealForm } from "../api";
import { personalWords } from "../words/personal";
import { AskButton } from "./ask-button";
import { useKnownMe, useWords } from "./context";

/** Opens one sealed detail of a registration, for a purpose; it is gone when the page is left. */
export function Reveal({ id }: { id: string }) {
  const { language } = useWords();
  const said = personalWords(language);
  const [shown, setShown] = useState<{ field: RevealForm["field"]; value: string } | null>(null);
  const asked = useRef<RevealForm["field"]>("identity_number");
  if (!useKnownMe().permissions.includes("registration.reveal")) return null;
  return (
    <Flex gap={8} wrap align="center">
      <AskButton
        label={said.reveal}
        intro={said.revealIntro}
        asks={[
          {
            name: "field",
            label: said.detail,
            kind: "choice",
            required: true,
            options: Object.entries(said.details).map(([value, label]) => ({ value, label })),
          },
          {
            name: "purpose",
            label: said.purpose,
            kind: "choice",
            required: true,
            options: Object.entries(said.purposes).map(([value, label]) => ({ value, label })),
          },
          { name: "reason", label: said.reason, required: true },
        ]}
        send={(values, headers) => {
          asked.current = values.field as RevealForm["field"];
          return api.revealsMake({ body: { ...values, registration_id: id } as never, headers });
        }}
        done={(answer) => setShown({ field: asked.current, value: (answer as Revealed).value })}
      />
      {shown && (
        <Alert
          type="info"
          title={`${said.details[shown.field]}：${shown.value}`}
          closable
          onClose={() => setShown(null)}
        />
      )}
    </Flex>
  );
}
