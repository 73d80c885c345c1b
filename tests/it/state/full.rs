//! A disk without room and a folder that is not there: told, and the server goes on and saves later.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::until;
use crate::support::files::{Folder, text};
use crate::support::process::Process;
use crate::support::wire::{Wire, get, naming, put};
use crate::support::{DRILL, drill};

/// How large a file may become, in KiB.
const ROOM: u32 = 256;

/// A file system of that size, where the machine lets us make one.
struct Disk(PathBuf);

impl Disk {
    fn mount(path: &Path) -> Option<Self> {
        std::fs::create_dir_all(path).expect("a folder can be made");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={ROOM}k"), "tmpfs", text(path)]);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self(path.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l", text(&self.0)]).status();
    }
}

/// The binary under a limit of the size of files, at which writing fails as it does on a full disk.
fn limited() -> Command {
    let mut command = Command::new("sh");
    let script = format!(r#"trap "" XFSZ; ulimit -S -f {}; exec "$0" "$@""#, 2 * ROOM);
    command.args(["-c", &script, env!("CARGO_BIN_EXE_sdrs-mock")]);
    command
}

fn parses(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("the last one stays")).expect("it is whole")
}

/// Renames the drill of one of many projects, each of which takes a tenth of the room.
fn rename(wire: &mut Wire, n: usize, name: &str) {
    let request = put(&format!("/v1/large-{n}{}", drill(DRILL)), &naming(name));
    assert_eq!(wire.ask(request).status(), 200);
}

/// Fills the disk, looks how that is told and that the server serves, makes room, and looks whether it is saved again.
fn fills(command: Command, path: &Path, cause: &str) {
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--state",
        text(path),
        "--state-interval",
        "5ms",
    ];
    let server = Process::start_by(command, &arguments, &[]);
    let address = server.ready();
    until(address, |told| told["saves"].as_u64() > Some(0));
    let mut wire = Wire::to(address);
    (0..40).for_each(|n| rename(&mut wire, n, "full"));
    let told = until(address, |told| told["error"].is_string());
    assert!(
        told["error"].as_str().is_some_and(|error| error.contains(cause)),
        "{told}"
    );
    assert!(told["failed_at"].is_string(), "{told}");
    parses(path);
    rename(&mut wire, 0, "still-served");
    for n in 1..40 {
        let target = format!("DELETE /_mock/projects/large-{n} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(wire.ask(target).status(), 200);
    }
    let told = until(address, |told| told["error"].is_null());
    assert_eq!(told["failed_at"], json!(null));
    server.signal("TERM");
    let ended = server.end();
    assert_eq!(ended.code, Some(0));
    assert!(
        ended.stderr.contains("ERROR") && ended.stderr.contains(cause),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("the state is saved again"), "{}", ended.stderr);
    let kept = &parses(path)["projects"]["large-0"]["disaster_recovery_drills"];
    assert!(kept.to_string().contains("still-served"));
    assert!(!Path::new(&format!("{}.new", text(path))).exists());
}

#[test]
fn a_full_disk_is_told_and_the_server_goes_on() {
    let folder = Folder::new("a_full_disk");
    // Without the right to mount, a second look at the limit, rather than none.
    match Disk::mount(&folder.path().join("disk")) {
        Some(disk) => fills(
            Command::new(env!("CARGO_BIN_EXE_sdrs-mock")),
            &disk.0.join("state.json"),
            "No space left on device",
        ),
        None => fills(limited(), &folder.path().join("state.json"), "File too large"),
    }
}

#[test]
fn a_file_that_may_not_grow_is_told_and_the_server_goes_on() {
    let folder = Folder::new("may_not_grow");
    fills(limited(), &folder.path().join("state.json"), "File too large");
}

#[test]
fn a_folder_that_is_not_there_is_told_and_saved_to_when_it_is() {
    let folder = Folder::new("a_folder_that_is_not_there");
    let path = folder.path().join("later/state.json");
    let (server, address) = Process::serve(&["--state", text(&path), "--state-interval", "5ms"]);
    let told = until(address, |told| told["error"].is_string());
    assert_eq!((&told["saves"], &told["saved_at"]), (&json!(0), &json!(null)), "{told}");
    assert_eq!(
        Wire::to(address).ask(get("/v1/p/disaster-recovery-drills")).status(),
        200
    );
    std::fs::create_dir(path.parent().expect("it has one")).expect("a folder can be made");
    until(address, |told| told["saves"].as_u64() > Some(0));
    assert!(parses(&path)["projects"]["p"].is_object());
    server.signal("TERM");
    assert_eq!(server.end().code, Some(0));
}

#[test]
fn a_last_save_that_fails_ends_the_server_with_1() {
    let folder = Folder::new("a_last_save_that_fails");
    let path = folder.path().join("nowhere/state.json");
    let (server, _) = Process::serve(&["--state", text(&path)]);
    server.signal("TERM");
    let ended = server.end();
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.contains("sdrs-mock: the state is not saved: "),
        "{}",
        ended.stderr
    );
}
