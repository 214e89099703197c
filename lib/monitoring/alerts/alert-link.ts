import type { AlertNotice } from '../channels/alert-channel.js';

/** What it takes to find the page that an alert is about. */
export interface LinkedAlert extends Pick<AlertNotice, 'rule' | 'queue' | 'name'> {
  /** Of the dead letters, where the alert is about one cause. */
  readonly group?: string;
}

/** Where people read on. Who knows the pages is not known here. */
export type AlertLink = (alert: LinkedAlert) => string;
