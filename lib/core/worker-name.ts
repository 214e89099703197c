/** As dead letters and their groups name it. A comma would end it there. */
export function workerName({ host, pid }: { readonly host: string; readonly pid: number }): string {
  return `${host.replaceAll(/[,"\\\s]/g, '_')}:${pid}`;
}
