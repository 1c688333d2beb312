//! Letters to agencies that have not reported: each has a number of the year's sequence and keeps it.

use serde_json::json;
use simpul_kernel::calendar::Zone;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, check_nip, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::plan::stale;
use super::progress::PERIOD;
use super::who;
use crate::model::notice::{NUMBER_FORM_MAX_CHARS, Notice, NoticeForm, TEMPLATE_MAX_CHARS, check_number_form, number};
use crate::notice::check_template;
use crate::sql;

/// The counter of their numbers; one for each year.
const COUNTER: &str = "plan_notice";

/// Issues the letter to an agency that has not reported. One that was issued before keeps its number and its words.
#[derive(Debug, Clone)]
pub struct IssueNotice {
    /// The period.
    pub period: Uuid,
    /// To whom.
    pub agency: Uuid,
    /// The region's zone: a number's year begins at its midnight.
    pub zone: Zone,
}

impl Action for IssueNotice {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::VerifyProgress)?;
        if let Some(known) = sql::notice::of(tx, self.period, self.agency).await? {
            return Ok(known.id);
        }
        let period = sql::progress::period(tx, self.period).await?.ok_or(Error::NotFound("period"))?;
        if ctx.now() < period.due_at {
            return Err(Refusal::new("plan.notice.refused.not_due").into());
        }
        let form = sql::notice::form(tx).await?;
        if form.signer_name.is_empty() {
            return Err(Refusal::new("plan.notice.refused.no_signer").into());
        }
        let roll = sql::plan::roll(tx, period.masterplan).await?;
        let said = sql::progress::of_period(tx, period.id).await?;
        let stand = roll.by_agency(&period, &said).remove(&self.agency).unwrap_or_default();
        let outstanding: Vec<Uuid> = stand.outstanding().collect();
        if outstanding.is_empty() {
            return Err(Refusal::new("plan.notice.refused.nothing_missing").into());
        }
        let named = roll.programmes.iter().filter(|one| outstanding.contains(&one.id));
        let missing = named.map(|one| (one.code.clone(), one.name.clone())).collect();
        let put_off = sql::progress::exception(tx, period.id, self.agency).await?;
        let today = self.zone.date(ctx.now());
        let year = i64::from(today.year());
        let serial = tx.next_number(&format!("{COUNTER} {year}")).await?;
        let notice = Notice {
            id: ctx.new_id(),
            year,
            serial,
            number: number(&form.number_form, serial, (year, u8::from(today.month()))),
            period: period.id,
            agency: self.agency,
            missing,
            locks_at: Some(put_off.map_or(period.locks_at, |later| later.max(period.locks_at))),
            at: ctx.now(),
            by: who(ctx),
        };
        sql::notice::insert(tx, &notice);
        let body = json!({ "notice": notice.id, "agency": self.agency, "year": year, "serial": serial });
        tx.journal(ctx, PERIOD, period.id, "period.notice_issued", body);
        Ok(notice.id)
    }
}

/// Sets what such letters look like, how they are numbered and who signs them.
#[derive(Debug, Clone)]
pub struct SetNoticeForm {
    /// As it was typed; its version is that of the form that was drawn.
    pub form: NoticeForm,
}

impl Action for SetNoticeForm {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::VerifyProgress)?;
        let form = self.cleaned()?;
        if !sql::notice::set_form(tx, &form).await? {
            return Err(stale().into());
        }
        tx.journal(ctx, PERIOD, Uuid::nil(), "period.notice_form_set", json!({ "version": form.version }));
        Ok(())
    }
}

impl SetNoticeForm {
    fn cleaned(&self) -> Result<NoticeForm, Refusal> {
        let one = &self.form;
        check_number_form(&one.number_form)?;
        if let Some(fault) = check_template(&one.body).into_iter().next() {
            return Err(fault);
        }
        let signer_nip = match one.signer_nip.trim() {
            "" => String::new(),
            typed => check_nip(typed).map_err(|why| Refusal { field: Some("signer_nip"), ..why })?,
        };
        Ok(NoticeForm {
            body: words::clean_text("body", &one.body, TEMPLATE_MAX_CHARS, true)?,
            number_form: words::clean_line("number_form", &one.number_form, NUMBER_FORM_MAX_CHARS, true)?,
            signer_name: words::clean_line("signer_name", &one.signer_name, LINE_MAX_CHARS, true)?,
            signer_post: words::clean_line("signer_post", &one.signer_post, LINE_MAX_CHARS, true)?,
            signer_rank: words::clean_line("signer_rank", &one.signer_rank, LINE_MAX_CHARS, false)?,
            signer_nip,
            version: one.version + 1,
        })
    }
}
