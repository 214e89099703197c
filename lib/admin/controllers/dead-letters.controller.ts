import { Body, ForbiddenException, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import type { JobLogger } from '../../core/job-logger.js';
import type { DeadLetterSummary, Page } from '../../core/job-snapshot.js';
import type { JsonPatchOperation } from '../../core/replay-record.js';
import { DeadLetterUnknownError } from '../../dead-letters/dead-letter.errors.js';
import { DeadLetterService } from '../../dead-letters/dead-letter.service.js';
import type { DeadLetter } from '../../dead-letters/job-lives.js';
import type { ReplayRequest } from '../../dead-letters/replay-request.js';
import { ADMIN_LOGGER } from '../admin.tokens.js';
import { Asked, RightsReader } from '../access/access-questions.js';
import { Operator } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { JobModel, LetterModel, LetterPayloadModel, SummaryModel } from '../openapi/job-models.js';
import { IdModel, OutcomesModel } from '../openapi/operation-models.js';
import { ReasonBody, ReplayBodyModel, SelectedBodyModel } from '../openapi/request-models.js';
import { outcomesOf, type Outcome } from '../problems/outcomes.js';
import { carrierIn, checkedPatch, refuseCarriedSecrets } from '../requests/edit-patch.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { Named } from '../requests/named.decorator.js';
import { operation } from '../requests/operation-body.js';
import { selected } from '../requests/selected-body.js';
import { SELECTION, selectionOf } from '../requests/selection-query.js';
import { AdminView, type ShownLife } from '../views/admin-view.js';
import { JobStory, type ShownJob } from '../views/job-story.js';

interface ReplayBody extends Pick<ReplayRequest, 'keepSteps' | 'newIdempotencyKey' | 'life'> {
  readonly patch: readonly JsonPatchOperation[];
}

interface ShownLetter extends DeadLetterSummary {
  readonly lives: readonly ShownLife[];
}

const QUERY = [...SELECTION, ...PAGE] as const;

export class DeadLettersController {
  constructor(
    @Inject(DeadLetterService) private readonly deadLetters: DeadLetterService,
    @Inject(JobStory) private readonly story: JobStory,
    @Inject(AdminView) private readonly view: AdminView,
    @Inject(RightsReader) private readonly rights: RightsReader,
    @Inject(ADMIN_LOGGER) private readonly logger: JobLogger,
  ) {}

  @Get()
  @Requires('view')
  @Described('Dead letters, the newest first', pageOf(SummaryModel), { query: QUERY })
  async list(@Query() given: unknown): Promise<Page<DeadLetterSummary>> {
    const query = new ListQuery(given, QUERY, 'dead-letters');
    const page = await this.deadLetters.list({ ...selectionOf(query), ...query.page });
    return { ...page, items: page.items.map((letter) => this.view.summary(letter)) };
  }

  @Get(':id')
  @Requires('view')
  @Described('A dead letter, life by life', LetterModel)
  async get(@Named('id') id: string): Promise<ShownLetter> {
    const { payload: _payload, history: _history, replays: _replays, lives, ...summary } = await this.letter(id);
    return { ...this.view.summary(summary), lives: this.view.lives(lives) };
  }

  @Get(':id/payload')
  @Requires('view-payload')
  @Described('Payload of a dead letter', LetterPayloadModel)
  async payload(@Named('id') id: string): Promise<Pick<DeadLetter, 'id' | 'life' | 'payload' | 'replays'>> {
    const { life, payload, replays } = await this.letter(id);
    return {
      id,
      life,
      payload: this.view.value(payload),
      replays: replays.map((each) => this.view.replayWithValues(each)),
    };
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Requires('operate')
  @Described('Puts it back to waiting, with an edited payload if a patch is given', JobModel, {
    or: IdModel,
    body: ReplayBodyModel,
  })
  async replay(
    @Named('id') id: string,
    @Body() body: unknown,
    @Operator() actor: string,
    @Asked() asked: unknown[],
  ): Promise<Partial<ShownJob>> {
    const { patch, ...request } = operation<ReplayBody>(body, actor, [
      ...(['patch', 'keepSteps', 'newIdempotencyKey', 'life'] as const),
    ]);
    if (patch !== undefined) await this.refuseGuesses(checkedPatch(patch), asked);
    await this.deadLetters.replay(id, patch === undefined ? request : await this.edited(id, request, patch));
    return this.now(id);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Requires('operate')
  @Described('Declares it settled', JobModel, { body: ReasonBody })
  async resolve(@Named('id') id: string, @Body() body: unknown, @Operator() actor: string): Promise<Partial<ShownJob>> {
    await this.deadLetters.resolve(id, operation(body, actor));
    return this.now(id);
  }

  /** Those that somebody picked; for all that match, there are plans. */
  @Post('replay')
  @HttpCode(200)
  @Requires('operate')
  @Described('Puts several back to waiting, each by itself', OutcomesModel, { body: SelectedBodyModel })
  async replayEach(@Body() body: unknown, @Operator() actor: string): Promise<{ readonly items: Outcome[] }> {
    const { ids, by } = selected(body, actor, 'dead-letters/replay');
    return this.each(ids, (id) => this.deadLetters.replay(id, by));
  }

  @Post('resolve')
  @HttpCode(200)
  @Requires('operate')
  @Described('Declares several settled, each by itself', OutcomesModel, { body: SelectedBodyModel })
  async resolveEach(@Body() body: unknown, @Operator() actor: string): Promise<{ readonly items: Outcome[] }> {
    const { ids, by } = selected(body, actor, 'dead-letters/resolve');
    return this.each(ids, (id) => this.deadLetters.resolve(id, by));
  }

  private async each(
    ids: readonly string[],
    act: (id: string) => Promise<void>,
  ): Promise<{ readonly items: Outcome[] }> {
    const { view, logger } = this;
    return { items: await outcomesOf(ids, act, { view, logger }) };
  }

  private async letter(id: string): Promise<DeadLetter> {
    const letter = await this.deadLetters.get(id);
    if (!letter) throw new DeadLetterUnknownError(id);
    return letter;
  }

  /** What may not be seen may not be found out by trying. */
  private async refuseGuesses(patch: readonly JsonPatchOperation[], asked: readonly unknown[]): Promise<void> {
    const carrier = carrierIn(patch);
    if (carrier !== undefined && !(await this.rights.has('view-payload', asked)))
      throw new ForbiddenException(`it takes the right to view-payload to ${carrier} what stands in a payload`);
  }

  private async edited(
    id: string,
    request: ReplayRequest,
    patch: readonly JsonPatchOperation[],
  ): Promise<ReplayRequest> {
    const letter = await this.deadLetters.get(id);
    if (letter) refuseCarriedSecrets(patch, letter.payload, this.view);
    // What was judged is the payload of this life, and no other.
    return { life: letter?.life, ...request, edit: { patch } };
  }

  /** Short-lived jobs may have ended already, and left nothing. */
  private async now(id: string): Promise<Partial<ShownJob>> {
    return (await this.story.of(id)) ?? { id };
  }
}
