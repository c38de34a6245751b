const EDGE = 2_000;
const ENOUGH = 400_000;

/**
 * A photo drawn anew: upright, at most `edge` points long, and without what else the camera wrote (place, time, device).
 * Throws where the browser cannot read the picture.
 */
export async function photo(file: Blob, edge = 1_600): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no picture can be drawn");
  // What is see-through would come out black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise<Blob | null>((found) => canvas.toBlob(found, "image/jpeg", 0.85));
  if (!made) throw new Error("no picture was made");
  return made;
}

/** A photo made small enough for a bad network: upright, without its place, at most 2,000 points long; else as it is. */
export async function smaller(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < ENOUGH) return file;
  try {
    const made = await photo(file, EDGE);
    if (made.size >= file.size) return file;
    return new File([made], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
  } catch {
    return file;
  }
}
