import type { Alert } from '../../monitoring/alerts/alert.service.js';
import type { AdminView } from './admin-view.js';

export function shownAlert(alert: Alert, view: AdminView): Alert {
  const { what, lastError, undelivered } = alert;
  return {
    ...alert,
    what: view.text(what),
    ...(lastError !== undefined && { lastError: view.text(lastError) }),
    undelivered: Object.fromEntries(Object.entries(undelivered).map(([name, error]) => [name, view.text(error)])),
  };
}
