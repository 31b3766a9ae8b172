import { defaults, fields, fieldsInUse, type Field, type Setting } from './fields.js';

/** The hash of a link to a setting, without `#`: what differs from the defaults, and matters. */
export function linkOf(setting: Setting): string {
  return fieldsInUse(setting)
    .filter((field) => setting[field] !== defaults[field])
    .map((field) => `${field}=${encode(setting[field])}`)
    .join('&');
}

/**
 * Reads a link.
 * @param hash With or without `#`.
 * @returns `unknown`: keys that are none; the setting has everything else. Values are not checked.
 */
export function settingOf(hash: string): { setting: Setting; unknown: string[] } {
  const setting: Record<Field, string> = { ...defaults };
  const unknown: string[] = [];
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (isField(key)) setting[key] = value;
    else unknown.push(key);
  }
  return { setting, unknown };
}

/** Commas stay as they are: they are allowed, and a link should be readable. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll('%2C', ',');
}

function isField(key: string): key is Field {
  return (fields as string[]).includes(key);
}
