/** Puts values in the places `{0}`, `{1}` of a text. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)] ?? ''));
}

/** The language of the page, which is that of VS Code, in the country of the user where it is spoken. */
export function locale(): string {
  const language = document.documentElement.lang || 'en';
  return navigator.language.startsWith(`${language}-`) ? navigator.language : language;
}

/** A count with its thousands grouped. */
export function count(value: number): string {
  return value.toLocaleString(document.documentElement.lang || 'en');
}

/** A size in binary units with one decimal. */
export function size(bytes: number): string {
  if (bytes < 1024) {
    return `${bytes} B`;
  }
  return bytes < 1024 * 1024
    ? `${decimal(bytes / 1024)} KiB`
    : `${decimal(bytes / 1024 / 1024)} MiB`;
}

function decimal(value: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false };
  return value.toLocaleString(document.documentElement.lang || 'en', digits);
}

/** The time of day to the millisecond. */
export function time(milliseconds: number): string {
  const at = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
