import { useLayoutEffect, useState, type RefObject } from 'react';

// The width of an element's content in CSS pixels, known before it is painted.
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(element.current!);
    setWidth(Math.floor(element.current!.clientWidth - parseFloat(paddingInlineStart) - parseFloat(paddingInlineEnd)));
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
