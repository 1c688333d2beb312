//! On what, and how, a person looks at a page.

/// A screen and the settings of its browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Says in file names and messages which look it was.
    pub name: &'static str,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// A telephone: touch, no mouse.
    pub phone: bool,
    /// The device asks for dark colours.
    pub dark: bool,
    /// Scripts run.
    pub scripts: bool,
}

impl Look {
    /// A cheap telephone.
    pub const PHONE: Look = Look { name: "phone", width: 360, height: 740, phone: true, dark: false, scripts: true };
    /// An office desk.
    pub const DESK: Look = Look { name: "desk", width: 1366, height: 768, phone: false, dark: false, scripts: true };
    /// The wall of the operation centre.
    pub const WALL: Look = Look { name: "wall", width: 3840, height: 2160, phone: false, dark: false, scripts: true };
    /// A desk zoomed to 400 %: 320 pixels are left (WCAG 1.4.10).
    pub const ZOOMED: Look = Look { name: "zoomed", width: 320, height: 256, phone: false, dark: false, scripts: true };

    /// The same in dark colours.
    #[must_use]
    pub const fn in_the_dark(self) -> Look {
        Look { dark: true, ..self }
    }

    /// The same without scripts.
    #[must_use]
    pub const fn without_scripts(self) -> Look {
        Look { scripts: false, ..self }
    }

    /// `phone-dark`, for file names.
    pub fn label(&self) -> String {
        let dark = if self.dark { "-dark" } else { "" };
        let scripts = if self.scripts { "" } else { "-noscript" };
        format!("{}{dark}{scripts}", self.name)
    }
}
