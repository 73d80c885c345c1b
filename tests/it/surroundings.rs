//! What a project stands on: quotas, active-active domains, RPO statistics; and the API's versions.

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use crate::made::{column, group, group_id, made, pair, speaking, started_from};
use crate::support::{DIALECTS, World, send};

const QUOTAS: &str = "/sdrs/quotas";
const RPO: &str = "/resource/rpo-statistics";

/// A record of the statistics at this minute of an hour.
fn point(minute: usize) -> Value {
    json!({
        "id": format!("0000000f-0000-4000-8000-{minute:012}"), "point_time": format!("2019-01-21 01:{minute:02}"),
        "resource_num": 1, "resource_type": "replication", "created_at": format!("2019-01-21 01:{minute:02}:00.916"),
        "updated_at": format!("2019-01-21 01:{minute:02}:00.916"),
    })
}

#[tokio::test]
async fn quotas_count_every_row_whatever_its_status() {
    let template = json!({
        "server_groups": [group(1, "available"), group(2, "deleting")], "replications": [pair(1, 1, "error")],
    });
    let config = Config {
        quota_groups: 7,
        ..Config::test()
    };
    let answer = made(&template, config).get(QUOTAS).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body,
        r#"{"quotas":{"resources":[{"type":"server_groups","used":2,"quota":7,"min":0,"max":-1},{"type":"replications","used":1,"quota":100,"min":0,"max":-1}]}}"#
    );
}

#[tokio::test]
async fn a_pasted_answer_as_the_quotas_of_a_fixture_beats_the_command_line() {
    let mut template = json!({"server_groups": [group(1, "available")], "replications": [pair(1, 1, "available")]});
    let config = Config {
        quota_groups: 7,
        quota_pairs: 7,
        ..Config::test()
    };
    template["quotas"] = json!({"resources": [
        {"type": "server_groups", "used": 1, "quota": -1, "min": 0, "max": -1}, {"type": "replications", "quota": 1},
    ]});
    let world = made(&template, config.clone());
    let quotas = world.get(QUOTAS).await.json();
    assert_eq!(quotas["quotas"]["resources"][0]["quota"], -1);
    assert_eq!(quotas["quotas"]["resources"][1]["quota"], 1);
    let new = json!({"replication": {
        "server_group_id": group_id(1), "volume_id": "0f000000-0000-4000-8000-000000000001", "name": "x",
    }});
    let answer = world.post("/replications", new.to_string()).await;
    assert_eq!(answer.json()["badrequest"]["code"], "SDRS.0306");

    template["quotas"]["resources"][1]["quota"] = json!(-1);
    let world = made(&template, config);
    assert_eq!(world.post("/replications", new.to_string()).await.status, 200);
}

#[tokio::test]
async fn quotas_are_those_of_their_own_world() {
    let quotas = |quota: i64| json!({"quotas": {"resources": [{"type": "server_groups", "quota": quota}]}});
    let fixture = json!({
        "schema_version": 1, "template": quotas(3), "projects": {"spacious": quotas(-1), "silent": {}},
    });
    let world = started_from(&fixture, Config::test());
    for (project, quota) in [("unseen", 3), ("spacious", -1), ("silent", 50)] {
        let quotas = world.get_of(project, QUOTAS).await.json();
        assert_eq!(quotas["quotas"]["resources"][0]["quota"], quota, "{project}");
    }
}

#[tokio::test]
async fn domains_are_listed_as_the_inventory_has_them_without_a_count() {
    let domain = |id: &str, name: &str| {
        json!({
            "id": id, "name": name, "description": "my domain", "sold_out": true,
            "local_replication_cluster": {"availability_zone": "az1"},
            "remote_replication_cluster": {"availability_zone": "az2"},
        })
    };
    let domains = [
        domain("fb4bb8e3-a574-4437-a156-78c916aeea4d", "second"),
        domain("0b4bb8e3-a574-4437-a156-78c916aeea4d", "first"),
    ];
    let world = made(&json!({"inventory": {"domains": domains}}), Config::test());
    let answer = world.get("/active-domains").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"domains": domains})));
    let answer = World::new().get("/active-domains").await;
    assert_eq!(
        answer.body,
        r#"{"domains":[{"id":"fb4bb8e3-a574-4437-a156-78c916aeea4d","name":"ActiveactiveDomain","description":"my domain","sold_out":false,"local_replication_cluster":{"availability_zone":"cn-north-1a"},"remote_replication_cluster":{"availability_zone":"cn-north-1b"}}]}"#
    );
}

#[tokio::test]
async fn the_only_version_is_listed_and_shown_with_a_link_to_where_the_client_asked() {
    let version = |host: &str| {
        format!(
            r#"{{"id":"v1","links":[{{"href":"http://{host}/v1","rel":"self"}}],"status":"CURRENT","updated":"2018-05-30T15:00:00Z","version":"","min_version":""}}"#
        )
    };
    for flavor in [Flavour::Huawei, Flavour::Otc] {
        let world = World::of(flavor);
        let address = world.server.address().to_string();
        let get = |path| send(world.request_at(Method::GET, path));
        assert_eq!(
            get("/").await.body,
            format!(r#"{{"versions":[{}]}}"#, version(&address))
        );
        for path in ["/v1", "/v1/"] {
            assert_eq!(get(path).await.body, format!(r#"{{"version":{}}}"#, version(&address)));
        }
        let named = send(
            world
                .request_at(Method::GET, "/v1")
                .header("Host", "sdrs.localdomain.com"),
        )
        .await;
        assert_eq!(
            named.body,
            format!(r#"{{"version":{}}}"#, version("sdrs.localdomain.com"))
        );
    }
    let absolute = World::new().raw(b"GET http://proxied:81/v1 HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
    assert!(
        absolute.ends_with(&format!(r#"{{"version":{}}}"#, version("proxied:81"))),
        "{absolute}"
    );
}

#[tokio::test]
async fn other_versions_and_other_first_segments_are_unknown_paths() {
    for path in ["/v2", "/v1.0", "/V1", "/v1//", "/%7Bapi_version%7D"] {
        for (dialect, method) in DIALECTS.into_iter().zip([Method::GET, Method::POST]) {
            let answer = send(World::speaking(dialect).request_at(method, path)).await;
            let message = "The API does not exist or has not been published in the environment";
            match dialect {
                Dialect::Documented => answer.is_error(404, "itemNotFound", "APIGW.0101", message),
                Dialect::Live => answer.is_gateway_error(404, "APIGW.0101", message),
            }
        }
    }
    let answer = send(World::new().request_at(Method::POST, "/v1")).await;
    assert_eq!((answer.status, answer.header("Allow")), (405, "GET"));
}

#[tokio::test]
async fn statistics_are_what_the_fixture_says_filtered_by_their_points() {
    let points: Vec<_> = [15, 10, 5, 0].into_iter().map(point).collect();
    let world = made(&json!({"rpo_statistics": points}), Config::test());
    for (query, count, expected) in [
        ("", 4, "15 10 05 00"),
        ("start_time=2019-01-21%2001:05:00.000", 3, "15 10 05"),
        ("start_time=2019-01-21+01:05:00.001", 2, "15 10"),
        ("end_time=2019-01-21%2001:05:00.000", 2, "05 00"),
        (
            "start_time=2019-01-21%2001:05:00.000&end_time=2019-01-21%2001:10:00.000",
            2,
            "10 05",
        ),
        (
            "start_time=2019-01-21%2001:05:00.000&end_time=2019-01-21%2001:05:00.000",
            1,
            "05",
        ),
        ("resource_type=replication&limit=1&offset=1", 4, "10"),
        ("start_time=&end_time=&resource_type=", 4, "15 10 05 00"),
        ("offset=4", 4, ""),
    ] {
        let answer = world.get(&format!("{RPO}?{query}")).await;
        let list = answer.json();
        let minutes = column(&list, "resource_rpo_statistics", "point_time").join(" ");
        let minutes = minutes.replace("2019-01-21 01:", "");
        assert_eq!((&list["count"], &*minutes), (&json!(count), expected), "{query}");
    }
    let one = world.get(&format!("{RPO}?limit=1")).await;
    assert_eq!(
        one.body,
        r#"{"count":4,"resource_rpo_statistics":[{"id":"0000000f-0000-4000-8000-000000000015","point_time":"2019-01-21 01:15","resource_num":1,"resource_type":"replication","created_at":"2019-01-21 01:15:00.916","updated_at":"2019-01-21 01:15:00.916"}]}"#
    );
    let none = World::new().get(RPO).await;
    assert_eq!(none.body, r#"{"count":0,"resource_rpo_statistics":[]}"#);
}

#[tokio::test]
async fn statistics_of_what_cannot_be_are_refused() {
    for dialect in DIALECTS {
        let world = made(&json!({}), speaking(dialect));
        for query in [
            "start_time=yesterday",
            "end_time=2019-13-01%2000:00:00.000",
            "start_time=2019-01-21%2001:05:00.001&end_time=2019-01-21%2001:05:00.000",
            "resource_type=replications",
        ] {
            let answer = world.get(&format!("{RPO}?{query}")).await;
            answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
        }
    }
}

#[tokio::test]
async fn open_telekom_cloud_has_no_statistics() {
    for dialect in DIALECTS {
        let config = Config {
            flavor: Flavour::Otc,
            ..speaking(dialect)
        };
        let answer = World::with(config).get(RPO).await;
        match dialect {
            Dialect::Documented => answer.is_error(501, "error", "501", "Operation not served here"),
            Dialect::Live => answer.is_gateway_error(
                404,
                "APIGW.0101",
                "The API does not exist or has not been published in the environment",
            ),
        }
    }
}
