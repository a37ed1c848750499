/**
 * A line of a file as an error may quote it: errors are kept as notices and end in logs, and the numbers are of a body.
 * Every digit is shown as `#`; what stands at the wrong place still shows.
 */
export const shapeOf = (text: string, length = 60): string => text.slice(0, length).replace(/\d/g, '#');
