import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PerennialError } from '../../domain/errors/index.ts';
import { LOCALES } from '../../domain/text.ts';
import type { Locale } from '../../domain/text.ts';
import type { ZoneId } from '../../domain/time/index.ts';
import { formats } from '../../i18n/format.ts';
import { translator } from '../../i18n/index.ts';
import { acceptInvitation, readInvitation } from '../../operations/accounts/invitations.ts';
import { openSession } from '../../operations/accounts/sessions.ts';
import { compileZone } from '../../operations/calendars/zone-offsets.ts';
import type { InvitationDoc } from '../../schemas/account.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { line } from '../contracts/shapes.ts';
import { choice, field, hidden, sendPage } from './layout.ts';
import { html } from './markup.ts';
import type { Content } from './markup.ts';
import { INVITATION_SCRIPT_PATH } from './invitation-script.ts';
import { formOf, problemNote } from './scope.ts';
import type { Visit } from './scope.ts';
import { comeIn, companyInvitation } from './session.ts';

export const INVITATION = '/invitation';
export const ACCEPT_INVITATION = '/invitation/accept';

const ZONES = Intl.supportedValuesOf('timeZone');
const code = z.string().trim().max(500);
const lookForm = z.strictObject({ code, zone: z.string().max(100).optional() });
const password = z.string().min(1).max(512);
const acceptForm = z.strictObject({
  code,
  password,
  again: z.string().max(512),
  name: line(200, 1).optional(),
  email: z.email().max(320).optional(),
  locale: z.enum(LOCALES).optional(),
  zone: z.string().max(100).optional(),
});

/**
 * An invitation's link holds its code behind `#`, which no browser sends: no log of any server or proxy has it. The
 * page takes it from there into a form, and from then on it is only ever in bodies. Looking at it uses nothing up.
 */
export function invitationPages(
  scope: FastifyInstance,
  visit: (request: FastifyRequest, reply: FastifyReply) => Visit,
): void {
  scope.get(INVITATION, async (request, reply) => codePage(visit(request, reply)));

  scope.post(INVITATION, async (request, reply) => {
    const it = visit(request, reply);
    const form = formOf(lookForm, it);
    try {
      const invitation = await readInvitation(it.deps.context.db, codeOf(form.code), it.deps.now());
      return await passwordPage(it, invitation, { ...form, code: codeOf(form.code) });
    } catch (error) {
      if (error instanceof PerennialError) return codePage(it, error);
      throw error;
    }
  });

  scope.post(ACCEPT_INVITATION, async (request, reply) => {
    const it = visit(request, reply);
    const { deps } = it;
    const { db } = deps.context;
    const now = deps.now();
    // Kept for the page that says what is wrong with them; a form has texts only.
    const given = { ...(request.body as Given | undefined) };
    try {
      const form = formOf(acceptForm, it);
      if (form.password !== form.again) throw PerennialError.of('account.password_twice', {}, { field: 'again' });
      const personId = await acceptInvitation(db, form.code, form.password, firstOf(form), request.ip, now);
      const origin = { agent: request.headers['user-agent'] ?? '', address: request.ip };
      return comeIn(it, await openSession(db, personId, origin, 'link', now));
    } catch (error) {
      if (!(error instanceof PerennialError)) throw error;
      const invitation = await readInvitation(db, codeOf(given.code ?? ''), now).catch(() => null);
      return invitation === null ? codePage(it, error) : passwordPage(it, invitation, given, error);
    }

    function firstOf({ name, email, locale, zone }: z.output<typeof acceptForm>) {
      if (name === undefined || email === undefined || locale === undefined || zone === undefined) return null;
      const year = Number(now.slice(0, 4));
      return { name, email, locale, zone: compileZone(zone, year, year).zone satisfies ZoneId };
    }
  });
}

/** A whole link, pasted, is as good as the code in it. */
function codeOf(text: string): string {
  return text.slice(text.lastIndexOf('#') + 1);
}

type Given = Partial<Record<'code' | 'name' | 'email' | 'locale' | 'zone', string>>;

function codePage({ reply, locale }: Visit, problem?: PerennialError): FastifyReply {
  const t = translator(locale);
  return sendPage(reply, {
    locale,
    title: t('pages:invitation.title'),
    status: problem === undefined ? 200 : 404,
    // Where the link has been found wanting, the script must not send it again.
    ...(problem === undefined ? { script: INVITATION_SCRIPT_PATH } : {}),
    body: html`${problem !== undefined && problemNote(problem, locale)}
      <form method="post" action="${INVITATION}">
        ${hidden('zone', '')}
        ${field({
          name: 'code',
          label: t('pages:invitation.code'),
          hint: t('pages:invitation.code_hint'),
          maxLength: 500,
        })}
        <div class="buttons"><button>${t('pages:invitation.look')}</button></div>
      </form>`,
  });
}

async function passwordPage(
  visit: Visit,
  invitation: InvitationDoc,
  given: Given,
  problem?: PerennialError,
): Promise<FastifyReply> {
  const { reply, locale, deps } = visit;
  const t = translator(locale);
  const isFirst = invitation.purpose === 'first administrator';
  const { personId } = invitation;
  const person = personId === null ? null : await deps.context.db.people.findOne({ _id: personId }).lean<PersonDoc>();
  const zone = knownZone(given.zone) ?? person?.zone ?? (locale === 'zh-CN' ? 'Asia/Shanghai' : 'UTC');
  const until = formats(locale, zone).moment(invitation.expiresAt);
  const email = person?.email ?? '';
  return sendPage(reply, {
    locale,
    title: t(isFirst ? 'pages:invitation.first_title' : 'pages:invitation.password_title'),
    status: problem === undefined ? 200 : 422,
    body: html`${problem !== undefined && problemNote(problem, locale)}
      <p>${isFirst ? t('pages:invitation.first_what') : t('pages:invitation.password_what', { email })}</p>
      <form method="post" action="${ACCEPT_INVITATION}">
        ${hidden('code', codeOf(given.code ?? ''))}
        ${
          isFirst
            ? firstFields(locale, { ...given, zone })
            : html`<input type="hidden" name="email" value="${email}" autocomplete="username" />`
        }
        ${field({
          name: 'password',
          label: t('pages:invitation.password'),
          hint: t('pages:invitation.password_hint'),
          type: 'password',
          autocomplete: 'new-password',
          maxLength: 512,
        })}
        ${field({
          name: 'again',
          label: t('pages:invitation.again'),
          type: 'password',
          autocomplete: 'new-password',
          maxLength: 512,
        })}
        <div class="buttons"><button>${t('pages:invitation.do')}</button></div>
      </form>
      ${!isFirst && companyInvitation(visit, codeOf(given.code ?? ''))}
      <p class="soft">${t('pages:invitation.until', { at: `${until} (${zone})` })}</p>`,
  });
}

function firstFields(locale: Locale, given: Given): Content {
  const t = translator(locale);
  const { name = '', email = '' } = given;
  return html`${field({ name: 'name', label: t('pages:invitation.name'), value: name, autocomplete: 'name' })}
  ${field({
    name: 'email',
    label: t('pages:invitation.email'),
    type: 'email',
    value: email,
    autocomplete: 'username',
  })}
  ${choice(
    'locale',
    t('pages:invitation.language'),
    [
      ['en', 'English'],
      ['zh-CN', '简体中文'],
    ],
    given.locale ?? locale,
  )}
  ${choice(
    'zone',
    t('pages:invitation.zone'),
    (ZONES.includes('UTC') ? ZONES : ['UTC', ...ZONES]).map((zone) => [zone, zone]),
    given.zone ?? 'UTC',
  )}`;
}

function knownZone(zone = ''): string | null {
  return zone === 'UTC' || ZONES.includes(zone) ? zone : null;
}
