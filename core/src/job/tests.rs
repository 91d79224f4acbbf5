//! What a wish says, and what is refused.

use super::*;

fn job(text: &str) -> Result<Job, Error> {
    Job::from_value(&serde_json::from_str(text).unwrap())
}

const S3_INPUT: &str = r#"{"s3":{"accesskeyid":"ID","secretaccesskey":"s3cret","bucket":"b"}}"#;

#[test]
fn formats_come_from_names() {
    let from = |name: &str| job(&format!(r#"{{"input":"upload","name":"{name}","to":"zip"}}"#)).unwrap().from;
    assert_eq!(from("a.tar.gz"), "tar.gz");
    assert_eq!(from("a.b.JPEG"), "jpeg");
    let url = r#"{"input":"download","url":"https://e.com/a.flv?x=1","to":"mp4"}"#;
    assert_eq!(job(url).unwrap().from, "flv");
    let key = format!(r#"{{"input":{S3_INPUT},"file":"in/film.flv","to":"mp4"}}"#);
    assert_eq!(job(&key).unwrap().from, "flv");
}

#[test]
fn what_contradicts_itself_is_refused() {
    for wrong in [
        r#"{"input":"upload","name":"noext","to":"jpg"}"#,
        r#"{"input":"upload","name":"a.png"}"#,
        r#"{"input":"upload","name":"a.png","to":"../x"}"#,
        r#"{"input":"upload","name":"a.png","from":"a/b","to":"jpg"}"#,
        r#"{"input":"raw","content":"x","to":"html","from":"md"}"#,
        r#"{"input":"raw","content":"x","to":"html","filename":"a/b.md"}"#,
        r#"{"input":"base64","content":"no base64!","filename":"a.md","to":"html"}"#,
        r#"{"input":"download","url":"//e.com/a.png","to":"jpg"}"#,
        r#"{"input":"nowhere","to":"jpg"}"#,
        r#"{"input":{"s3":{"bucket":"b"}},"file":"a.png","to":"jpg"}"#,
        r#"{"input":{"tape":{}},"file":"a.png","to":"jpg"}"#,
        r#"{"input":"upload","name":"a.png","to":"jpg","colour":"red"}"#,
        r#"{"input":"upload","name":"a.png","to":"jpg","mode":"guess"}"#,
        r#"{"input":"upload","name":"a.png","to":"pdf","mode":"combine"}"#,
        r#"{"input":"upload","files":[{"name":"a.png"},{"name":"b.png"}],"to":"pdf"}"#,
        r#"{"input":"upload","name":"a.png","to":"jpg","options":[1]}"#,
        r#"{"input":"upload","name":"a.png","to":"jpg","timeout":0}"#,
        r#"{"input":"upload","name":"a.png","to":"jpg","output":"tape"}"#,
        r#"{"input":"upload","name":"a.png","to":"jpg","extra":{"outputformat":"gif"}}"#,
    ] {
        assert_eq!(job(wrong).unwrap_err().code, crate::Code::BadRequest, "{wrong}");
    }
}

#[test]
fn fields_of_a_storage_are_known_in_any_spelling() {
    for spelled in [
        r#"{"s3":{"access_key_id":"ID","secret_access_key":"s3cret","session_token":"T","bucket":"b"}}"#,
        r#"{"s3":{"accessKeyId":"ID","secretAccessKey":"s3cret","sessionToken":"T","bucket":"b"}}"#,
        r#"{"s3":{"accessKeyID":"old","accesskeyid":"ID","secretAccessKey":"s3cret","sessiontoken":"T","bucket":"b"}}"#,
        r#"{"s3":{"accesskeyid":"ID","accessKeyID":"old","secretAccessKey":"s3cret","sessiontoken":"T","bucket":"b"}}"#,
    ] {
        let job = job(&format!(r#"{{"input":{spelled},"file":"in/film.flv","to":"mp4"}}"#)).unwrap();
        let Input::Storage { storage, .. } = &job.input else { panic!("it is in a storage") };
        let told = serde_json::to_value(storage.write()).unwrap();
        let known =
            r#"{"s3":{"accesskeyid":"ID","secretaccesskey":"s3cret","sessiontoken":"T","bucket":"b"}}"#;
        assert_eq!(told, serde_json::from_str::<serde_json::Value>(known).unwrap(), "{spelled}");
    }
    let own = r#"{"s3":{"accesskeyid":"ID","secretaccesskey":"s3cret","bucket":"b","storageClass":"A","server_side":"B"}}"#;
    let job = job(&format!(r#"{{"input":{own},"file":"in/film.flv","to":"mp4"}}"#)).unwrap();
    let Input::Storage { storage, .. } = &job.input else { panic!("it is in a storage") };
    let told = serde_json::to_value(storage.write()).unwrap();
    assert_eq!((&told["s3"]["storageClass"], &told["s3"]["server_side"]), (&"A".into(), &"B".into()));
}

#[test]
fn a_saved_job_is_read_again_without_content() {
    let upload =
        job(r#"{"input":"upload","name":"a.png","size":7,"to":"jpg","options":{"quality":5}}"#).unwrap();
    assert_eq!(Job::restore(&upload.save(true)).unwrap(), (upload, false));
    let raw = job(r#"{"input":"raw","content":"private","filename":"a.md","to":"html"}"#).unwrap();
    assert!(!serde_json::to_string(&raw.save(true)).unwrap().contains("private"));
    assert!(Job::restore(&raw.save(true)).unwrap().1);
}

#[test]
fn credentials_go_to_the_service_and_nowhere_else() {
    let job = job(&format!(
        r#"{{"input":{S3_INPUT},"file":"a.png","to":"jpg","output":{{"s3":{{"accesskeyid":"ID",
            "secretaccesskey":"s3cret","bucket":"b","path":"out/","acl":"private"}}}}}}"#
    ));
    let job = job.unwrap();
    let saved = serde_json::to_string(&job.save(true)).unwrap();
    assert!(!format!("{job:?} {:?} {saved}", job.output).contains("s3cret"));
    let output = serde_json::to_value(job.output.as_ref().unwrap().write()).unwrap();
    assert_eq!(output["s3"]["path"], "out/");
    assert_eq!(output["s3"]["acl"], "private");
    assert_eq!(output["s3"]["secretaccesskey"], "s3cret");
}
