//! Who looks at live lines.

use simpul_kernel::{Actor, ActorKind};
use simpul_people::{Permission, Scope};
use uuid::Uuid;

/// Whoever looks, with what it may see. A view decides by asking here, never by who it is.
#[derive(Debug, Clone)]
pub struct Viewer {
    actor: Actor,
}

impl Viewer {
    /// Somebody without sign-in.
    pub fn public() -> Viewer {
        Viewer { actor: Actor::citizen() }
    }

    /// An officer, a screen or a program.
    pub fn actor(actor: Actor) -> Viewer {
        Viewer { actor }
    }

    /// The actor behind it.
    pub fn as_actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether it is somebody without sign-in.
    pub fn is_public(&self) -> bool {
        self.actor.kind == ActorKind::Citizen
    }

    /// Whether it is a screen on a wall, which shows nothing of single persons.
    pub fn is_display(&self) -> bool {
        matches!(self.actor.kind, ActorKind::Display(_))
    }

    /// Whether it has that permission anywhere in the region.
    pub fn may(&self, permission: Permission) -> bool {
        simpul_people::permits(&self.actor, permission)
    }

    /// Whether it has that permission for that agency's work.
    pub fn may_in(&self, permission: Permission, agency: Uuid) -> bool {
        simpul_people::permits_in(&self.actor, permission, agency)
    }

    /// Whose work it sees with that permission.
    pub fn scope(&self, permission: Permission) -> Scope {
        simpul_people::scope(&self.actor, permission)
    }

    /// Viewers of one class see the same: the public, and all screens. Others are looked at one by one.
    pub(crate) fn class(&self) -> Option<usize> {
        match self.actor.kind {
            ActorKind::Citizen => Some(0),
            ActorKind::Display(_) => Some(1),
            _ => None,
        }
    }
}
