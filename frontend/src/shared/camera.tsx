import { Button, Flex, Input } from "antd";
import { useEffect, useRef, useState } from "react";
import { useWords } from "./context";

interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

const Reader = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

/** Codes one after the other: by the camera where the browser reads QR codes itself, by typing everywhere. */
export function Camera({ found }: { found: (code: string) => void }) {
  const { ui } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [on, setOn] = useState(false);
  const [refused, setRefused] = useState(false);
  const [typed, setTyped] = useState("");
  const tell = useRef(found);
  tell.current = found;
  useEffect(() => {
    if (!on || !Reader) return;
    const reader = new Reader({ formats: ["qr_code"] });
    let stream: MediaStream | undefined;
    let timer = 0;
    let last = "";
    const look = async () => {
      const codes = video.current ? await reader.detect(video.current).catch(() => []) : [];
      const code = codes[0]?.rawValue ?? "";
      // The same code before the camera is one scan, until another one or nothing is there.
      if (code && code !== last) tell.current(code);
      last = code;
      timer = window.setTimeout(() => void look(), 300);
    };
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment" } })
      .then((given) => {
        stream = given;
        if (video.current) video.current.srcObject = given;
        void look();
      })
      .catch(() => setRefused(true));
    return () => {
      window.clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [on]);
  return (
    <Flex vertical gap={12}>
      {Reader && !refused ? (
        <>
          {on && <video ref={video} className="camera" autoPlay playsInline muted />}
          <Button size="large" type={on ? "default" : "primary"} onClick={() => setOn(!on)}>
            {on ? ui.scan.stop : ui.scan.start}
          </Button>
        </>
      ) : (
        <div className="quiet">{ui.scan.noCamera}</div>
      )}
      <Input.Search
        size="large"
        aria-label={ui.scan.type}
        placeholder={ui.scan.type}
        enterButton={ui.scan.take}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onSearch={(code) => {
          if (!code.trim()) return;
          found(code.trim());
          setTyped("");
        }}
      />
    </Flex>
  );
}
