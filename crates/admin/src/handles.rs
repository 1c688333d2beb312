//! The permissions of this room as types.

simpul_shell::handles! {
    /// Changes settings and calendar.
    pub CanManageRegion => ManageRegion;
    /// Loads areas and boundaries.
    pub CanManageAreas => ManageAreas;
    /// Adds and changes agencies.
    pub CanManageAgencies => ManageAgencies;
    /// Adds and changes officers and their roles.
    pub CanManageOfficers => ManageOfficers;
    /// Makes and revokes keys and screens.
    pub CanManageKeys => ManageKeys;
    /// Reads the journal.
    pub CanSeeJournal => SeeJournal;
    /// Sees messages that wait or failed.
    pub CanSeeOutbox => SeeOutbox;
    /// Sends a failed message again.
    pub CanManageOutbox => ManageOutbox;
    /// Sees who looked at what.
    pub CanSeeAccessLog => SeeAccessLog;
    /// Erases a person's data.
    pub CanErasePersons => ErasePersons;
    /// Sees what the server could not do.
    pub CanSeeOperations => SeeOperations;
}
