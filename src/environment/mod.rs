//! What points a client at this server: lines to paste, for each client that is known to work with it.

mod target;

use std::fmt::Write;

pub use self::target::Target;

/// A client that can be pointed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The Huawei Cloud SDK for Python, `huaweicloudsdksdrs`.
    Python,
    /// The Huawei Cloud SDK for Java, `huaweicloud-sdk-sdrs`.
    Java,
    /// The Huawei Cloud SDK for Go, `huaweicloud-sdk-go-v3`.
    Go,
    /// The core of the Huawei Cloud SDK for Node, `@huaweicloud/huaweicloud-sdk-core`.
    Node,
    /// The Terraform provider `huaweicloud`.
    TerraformHuaweicloud,
    /// The Terraform provider `opentelekomcloud`.
    TerraformOpentelekomcloud,
    /// What reads a `clouds.yaml`: openstacksdk with otcextensions, and the `openstack` command.
    Openstack,
    /// curl in a shell.
    Curl,
}

impl Client {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Python,
        Self::Java,
        Self::Go,
        Self::Node,
        Self::TerraformHuaweicloud,
        Self::TerraformOpentelekomcloud,
        Self::Openstack,
        Self::Curl,
    ];

    /// The word that names this client on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Java => "java",
            Self::Go => "go",
            Self::Node => "node",
            Self::TerraformHuaweicloud => "terraform-huaweicloud",
            Self::TerraformOpentelekomcloud => "terraform-opentelekomcloud",
            Self::Openstack => "openstack",
            Self::Curl => "curl",
        }
    }

    /// What to paste, with `<<name>>` where a value goes.
    const fn template(self) -> &'static str {
        match self {
            Self::Python => include_str!("python.sh"),
            Self::Java => include_str!("java.sh"),
            Self::Go => include_str!("go.sh"),
            Self::Node => include_str!("node.sh"),
            Self::TerraformHuaweicloud => include_str!("huaweicloud.tf"),
            Self::TerraformOpentelekomcloud => include_str!("opentelekomcloud.tf"),
            Self::Openstack => include_str!("clouds.yaml"),
            Self::Curl => include_str!("curl.sh"),
        }
    }

    /// How a value is written in this client's language, so that it is read back as it is.
    const fn quote(self) -> fn(&str) -> String {
        match self {
            Self::TerraformHuaweicloud | Self::TerraformOpentelekomcloud => hcl,
            Self::Openstack => yaml,
            Self::Python | Self::Java | Self::Go | Self::Node | Self::Curl => shell,
        }
    }

    /// What to paste to point this client at a server.
    pub fn pointed_at(self, target: &Target) -> String {
        let mut text = String::new();
        for line in self.template().lines() {
            let (condition, line) = match line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
                Some((condition, line)) => (Some(condition), line),
                None => (None, line),
            };
            if condition.is_none_or(|condition| target.meets(condition)) {
                self.write(&mut text, line, target);
                text.push('\n');
            }
        }
        text
    }

    /// Writes a line with the values in place of their names.
    fn write(self, text: &mut String, line: &str, target: &Target) {
        let quote = if line.trim_start().starts_with('#') {
            comment
        } else {
            self.quote()
        };
        let mut rest = line;
        while let Some((before, (name, after))) = rest
            .split_once("<<")
            .and_then(|(before, rest)| Some((before, rest.split_once(">>")?)))
        {
            text.push_str(before);
            text.push_str(&quote(&target.value(name)));
            rest = after;
        }
        text.push_str(rest);
    }
}

/// What stands in a comment: read by people, and so without quotes, but never the end of its line.
fn comment(value: &str) -> String {
    let shown = |c: char| {
        if ends_lines(c) {
            c.escape_unicode().to_string()
        } else {
            c.to_string()
        }
    };
    value.chars().map(shown).collect()
}

/// Whether a language takes this for the end of a line, or for nothing that a text may hold.
fn ends_lines(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// A word of a POSIX shell.
fn shell(value: &str) -> String {
    // No `~`, which stands for a home at the beginning of a value.
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:/,%+".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// A text of YAML, in double quotes, which read as in JSON.
fn yaml(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            // Writing to a text cannot fail.
            _ if ends_lines(character) => drop(write!(quoted, "\\u{:04x}", u32::from(character))),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A text of HCL, which is one of YAML in which templates are not meant.
fn hcl(value: &str) -> String {
    yaml(value).replace("${", "$${").replace("%{", "%%{")
}
