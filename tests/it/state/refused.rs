//! A state file that cannot be gone on from ends the start, and is left as it is.

use serde_json::json;

use crate::support::files::{Folder, text};
use crate::support::process::Process;
use crate::support::wire::{Wire, get};

#[test]
fn a_file_that_is_no_state_ends_the_start_with_1_and_stays_as_it_is() {
    let folder = Folder::new("no_state");
    let name = json!({"schema_version": 1, "template": {"disaster_recovery_drills": [{"id": "x"}]}});
    let like = json!({"schema_version": 1, "projects": {"p": {"from": "template"}}});
    let rows = json!({"schema_version": 1, "template": {}, "projects": {"p": {"from": "template", "jobs": []}}});
    let other = json!({"schema_version": 1, "template": {}, "projects": {"p": {"from": "p"}}});
    let server = json!({"schema_version": 1, "server": {"seeds": 1}});
    let reset =
        json!({"schema_version": 1, "server": {"reset_to": {"schema_version": 1, "projects": {"p": {"x": 1}}}}});
    let rule = json!({"schema_version": 1, "default": {"faults": [{"match": {"operation": "Nothing"}}]}});
    for (content, said) in [
        (String::new(), "it is no state, mend it or move it away"),
        ("{".to_owned(), "$: must be an object: EOF"),
        (
            json!({"schema_version": 0}).to_string(),
            "it has schema_version 0, this server reads 1",
        ),
        (
            json!({"schema_version": 2, "new": 1}).to_string(),
            "it has schema_version 2, this server reads 1",
        ),
        (name.to_string(), "$.template.disaster_recovery_drills[0].id: "),
        (
            like.to_string(),
            "$.projects.p.from: needs the document to have a template",
        ),
        (rows.to_string(), "$.projects.p.from: stands for all rows"),
        (other.to_string(), r#"$.projects.p.from: must be "template"; it is "p""#),
        (
            server.to_string(),
            "$.server.seeds: is an unknown member, expected one of seed, requests, tokens_expired, reset_to",
        ),
        (
            reset.to_string(),
            "$.server.reset_to: $.projects.p.x: is an unknown member",
        ),
        (rule.to_string(), "UpdateDisasterRecoveryDrillName"),
    ] {
        let path = folder.write("state.json", &content);
        let ended = Process::run(&["--listen", "127.0.0.1:0", "--state", text(&path)], &[]);
        let begin = format!("sdrs-mock: cannot start from the state {}: ", text(&path));
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""), "{content}");
        assert!(ended.stderr.contains(&begin), "{}", ended.stderr);
        if said != "UpdateDisasterRecoveryDrillName" {
            assert!(ended.stderr.contains(said), "{said} in {}", ended.stderr);
        }
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), content);
    }
}

#[test]
fn what_is_no_file_and_too_many_projects_are_refused() {
    let folder = Folder::new("a_folder_and_too_many");
    let path = folder.write(
        "state.json",
        json!({"schema_version": 1, "projects": {"a": {}, "b": {}}}),
    );
    // One that nobody writes to would be waited for, one without an end be read until the memory is full.
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("coreutils are there").success());
    let no_file = "it cannot be read: it is a folder or a device, expected a file";
    for (path, said) in [
        (text(folder.path()), no_file),
        (text(&pipe), no_file),
        (text(&path), "more projects than --max-projects"),
    ] {
        let ended = Process::run(
            &["--listen", "127.0.0.1:0", "--max-projects", "1", "--state", path],
            &[],
        );
        assert_eq!(ended.code, Some(1));
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}

#[test]
fn two_servers_do_not_share_a_file() {
    let folder = Folder::new("two_servers");
    let path = folder.path().join("state.json");
    let (first, address) = Process::serve(&["--state", text(&path)]);
    let ended = Process::run(&["--listen", "127.0.0.1:0", "--state", text(&path)], &[]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.contains("another server keeps its state there"),
        "{}",
        ended.stderr
    );
    assert_eq!(Wire::to(address).ask(get("/_mock/ready")).status(), 200);
    // However the first one ends, the file is free.
    first.signal("KILL");
    first.end();
    Process::serve(&["--state", text(&path)]);
}

#[test]
fn a_fixture_may_say_how_a_server_goes_on_and_draws_a_warning() {
    let folder = Folder::new("how_a_server_goes_on");
    let path = folder.write(
        "saved.json",
        json!({"schema_version": 1, "server": {"seed": 1, "requests": 2}}),
    );
    let ended = Process::run(&["validate", text(&path)], &[]);
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.contains("$.server: was not looked at"), "{}", ended.stderr);
}

#[test]
fn a_link_stays_a_link_though_what_it_leads_to_is_not_there_yet() {
    let folder = Folder::new("a_link_stays_a_link");
    std::fs::create_dir(folder.path().join("volume")).expect("the folder takes folders");
    let (near, far) = (folder.path().join("near.json"), folder.path().join("far.json"));
    std::os::unix::fs::symlink("volume/state.json", &far).expect("the folder takes links");
    std::os::unix::fs::symlink(&far, &near).expect("the folder takes links");
    for _ in 0..2 {
        let (server, _) = Process::serve(&["--state", text(&near)]);
        // Whoever comes by another way meets the same file.
        let ended = Process::run(&["--listen", "127.0.0.1:0", "--state", text(&far)], &[]);
        assert!(
            ended.stderr.contains("another server keeps its state there"),
            "{}",
            ended.stderr
        );
        server.signal("TERM");
        assert_eq!(server.end().code, Some(0));
        assert!(near.is_symlink() && far.is_symlink());
        assert!(folder.path().join("volume/state.json").is_file());
    }
}
