// One page of a PDF on a canvas as wide as its column, with marks laid over it. Loaded when the first source is opened.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { GlobalWorkerOptions, RenderingCancelledException, getDocument, type PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import type { Rect } from '../../../shared/api.ts';
import { base } from '../base.ts';
import { useWidth } from './use_width.ts';

GlobalWorkerOptions.workerSrc = workerUrl;
const data = `${location.origin}${base}/assets/pdfjs`;

interface Props {
  url: string;
  pageNumber: number;
  rects: Rect[];
  label: string;
  fallback: (words: string) => ReactNode;
}

interface Size {
  width: number; // PDF points
  height: number;
}

// The address changes with every signature; what stays the same is the object.
const objectOf = (url: string) => url.split('?')[0]!;

export default function PdfPage({ url, pageNumber, rects, label, fallback }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [size, setSize] = useState<Size | null>(null);
  const [trouble, setTrouble] = useState('');
  const width = useWidth(frame);

  const object = objectOf(url);
  useEffect(() => {
    setTrouble('');
    const task = getDocument({
      url,
      cMapUrl: `${data}/cmaps/`,
      cMapPacked: true,
      standardFontDataUrl: `${data}/standard_fonts/`,
      wasmUrl: `${data}/wasm/`,
      enableXfa: false,
    });
    task.promise.then(setPdf, () => setTrouble('The file cannot be shown as pages here.'));
    return () => {
      setPdf(null);
      void task.destroy();
    };
  }, [object]);

  useEffect(() => {
    if (!pdf || !width) return;
    let cancelled = false;
    let cancel = () => {};
    const draw = async () => {
      const page = await pdf.getPage(Math.min(pageNumber, pdf.numPages));
      if (cancelled || !canvas.current) return;
      const points = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: (width / points.width) * Math.min(devicePixelRatio, 2) });
      canvas.current.width = viewport.width;
      canvas.current.height = viewport.height;
      setSize({ width: points.width, height: points.height });
      const task = page.render({ canvas: canvas.current, viewport });
      cancel = () => task.cancel();
      await task.promise;
      canvas.current.dataset.page = String(pageNumber);
    };
    draw().catch((error: unknown) => {
      if (!(error instanceof RenderingCancelledException) && !cancelled) setTrouble('This page cannot be drawn here.');
    });
    return () => {
      cancelled = true;
      cancel();
    };
  }, [pdf, pageNumber, width]);

  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    first.current?.scrollIntoView({ block: 'center' }); // newer browsers return a promise, which is no clean-up
  }, [size, rects.length, pageNumber]);

  if (trouble) return fallback(trouble);
  const scale = size ? width / size.width : 1;
  return (
    <div className="pdf-frame" ref={frame}>
      <div className="pdf-page" style={size ? { height: size.height * scale } : undefined}>
        <canvas ref={canvas} role="img" aria-label={rects.length ? `${label}, excerpt marked` : label} />
        {size &&
          rects.map((rect, i) => (
            <div
              key={i}
              ref={i === 0 ? first : undefined}
              className="pdf-mark"
              style={{
                left: rect.x * scale - 2,
                top: rect.y * scale - 1,
                width: rect.width * scale + 4,
                height: rect.height * scale + 2,
              }}
            />
          ))}
      </div>
    </div>
  );
}
