import { App, Modal } from "antd";
import { api } from "../api";
import { AskForm } from "../shared/ask-form";
import { useWords } from "../shared/context";

/** Another password; other devices are signed out by it. */
export function ChangePassword({ close }: { close: () => void }) {
  const { ui } = useWords();
  const { message } = App.useApp();
  return (
    <Modal open title={ui.changePassword} footer={null} onCancel={close} destroyOnHidden>
      <AskForm
        submit={ui.save}
        asks={[
          { name: "old_password", label: ui.oldPassword, kind: "password", required: true },
          {
            name: "new_password",
            label: ui.newPassword,
            kind: "password",
            hint: `${ui.passwordRule} · ${ui.otherDevicesOut}`,
            required: true,
          },
        ]}
        send={(values) => api.authChangePassword({ body: values as never })}
        done={() => {
          void message.success(ui.saved);
          close();
        }}
      />
    </Modal>
  );
}
