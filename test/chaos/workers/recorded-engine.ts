import { formatJobId } from '../../../lib/core/job-id.js';
import type { Held, JobConsumer } from '../../../lib/engine/consumer.port.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { machineNow, SLOW_MS } from '../history/happening.js';
import type { HistoryWriter } from '../history/history-writer.js';

/** A lease begins with the attempt's fencing token. */
const tokenOf = ({ lease }: Held): number => Number.parseInt(lease, 10);

/** An engine that writes down what a worker asks of the store on behalf of its attempts, and what the store answers. */
export function recorded(engine: JobEngine, history: HistoryWriter): JobEngine {
  const timed = async <T>(call: string, asked: () => Promise<T>): Promise<T> => {
    const began = machineNow();
    try {
      return await asked();
    } finally {
      const ms = Math.round(machineNow() - began);
      if (ms >= SLOW_MS) history.note({ what: 'slow', call, ms });
    }
  };
  const own: Pick<JobConsumer, 'turn' | 'record' | 'heartbeat'> = {
    async turn(turn) {
      const settling = turn.settlements.map((each) => ({
        id: formatJobId(each),
        token: tokenOf(each),
        kind: each.kind,
      }));
      for (const each of settling) history.note({ what: 'settling', ...each });
      const answer = await timed('turn', () => engine.turn(turn));
      settling.forEach((each, n) => history.note({ what: 'settled', ...each, status: answer.settled[n] }));
      for (const { id, life, attempt, fencingToken } of answer.claimed) {
        history.note({ what: 'claimed', id, life, attempt, token: fencingToken });
      }
      return answer;
    },
    async record(write) {
      const of = { id: formatJobId(write), token: tokenOf(write) };
      history.note({ what: 'recording', ...of });
      const status = await timed('record', () => engine.record(write));
      history.note({ what: 'recorded', ...of, status });
      return status;
    },
    heartbeat: (beat) => timed('heartbeat', () => engine.heartbeat(beat)),
  };
  return Object.assign(Object.create(engine) as JobEngine, own);
}
