import { useEffect, useState } from 'react';

/** The time of day, so that «in 5 minutes» becomes «in 4 minutes» while one looks at it. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
