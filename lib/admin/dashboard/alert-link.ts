import type { AlertLink, LinkedAlert } from '../../monitoring/alerts/alert-link.js';

/** The address of the dashboard's page about an alert, below where people reach the admin. */
export function alertLink(publicUrl: string): AlertLink {
  return (alert) => {
    const address = new URL(publicUrl);
    address.hash = pageOf(alert);
    return address.href;
  };
}

function pageOf({ rule, queue, name, group }: LinkedAlert): string {
  if (rule === 'cron' && name !== undefined) return `/cron/${encodeURIComponent(name)}`;
  if (rule !== 'job-buried' && rule !== 'oldest-dead-letter') return '/alerts';
  // Where there are too many causes, an alert stands for all of a job's.
  const filter = group === undefined ? { queue, name } : { group };
  const given = Object.entries(filter).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `/dead-letters?${new URLSearchParams(given).toString()}`;
}
