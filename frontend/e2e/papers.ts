/** An empty page: what is not really a PDF is refused at the door. */
export const PDF = Buffer.from(
  [
    "%PDF-1.4",
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj",
    "trailer<</Size 4/Root 1 0 R>>",
    "startxref",
    "0",
    "%%EOF\n",
  ].join("\n"),
);
