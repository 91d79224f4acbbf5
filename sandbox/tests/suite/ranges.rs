//! Downloads in parts, and under conditions.

use reqwest::Method;
use serde_json::json;

use crate::download::{finished, range};
use crate::service::{Answer, Service};

#[tokio::test]
async fn parts_and_what_they_count() {
    let service = Service::start().await;
    let (status, url) = finished(&service, json!({})).await;
    let size = status["output"]["size"].as_u64().unwrap();
    let head = Answer::of(service.request(Method::HEAD, &url)).await;
    assert_eq!((head.status, head.header("content-length")), (200, size.to_string().as_str()));
    assert_eq!(head.header("accept-ranges"), "bytes");
    // The end alone is not the whole.
    let end = range(&service, &url, "bytes=-10").await;
    assert_eq!(end.status, 206);
    assert_eq!(end.header("content-range"), format!("bytes {}-{}/{size}", size - 10, size - 1));
    let refused = range(&service, &url, &format!("bytes={size}-")).await;
    refused.assert_error(416, "");
    assert_eq!(refused.header("content-range"), format!("bytes */{size}"));
    let beginning = range(&service, &url, "bytes=0-999").await;
    assert_eq!((beginning.status, beginning.body.len()), (206, 1000));
    assert_eq!(service.get(status.str("url")).await["output"]["downloads"], 0);
    // Resumed, it is whole.
    let rest = range(&service, &url, "bytes=1000-").await;
    assert_eq!(rest.body.len() as u64, size - 1000);
    assert!(beginning.body.starts_with(b"BM") && rest.body.ends_with(&end.body));
    service.get(&url).await.assert_error(404, "Output");
}

#[tokio::test]
async fn parts_in_any_order_are_a_download_too() {
    let service = Service::start().await;
    let (status, url) = finished(&service, json!({})).await;
    let size = status["output"]["size"].as_u64().unwrap();
    for part in ["bytes=-1000", "bytes=0-1,10-1999", "bytes=2-9"] {
        assert_eq!(range(&service, &url, part).await.status, 206);
    }
    assert_eq!(service.get(status.str("url")).await["output"]["downloads"], 0);
    range(&service, &url, &format!("bytes=1999-{}", size - 1000)).await;
    assert_eq!(service.get(status.str("url")).await["output"]["downloads"], 1);
    service.get(&url).await.assert_error(404, "Output");
}

#[tokio::test]
async fn ranges_as_everybody_else_serves_them() {
    let service = Service::start().await;
    let (status, url) = finished(&service, json!({"save": true})).await;
    let size = status["output"]["size"].as_u64().unwrap();
    let whole = service.get(&url).await;
    for (asked, status, length) in [
        ("bytes=-5000000".to_owned(), 206, size),
        ("bytes=0-3145727".to_owned(), 206, size),
        ("bytes=5-2".to_owned(), 200, size),
        ("bytes=abc".to_owned(), 200, size),
        ("items=0-1".to_owned(), 200, size),
        (format!("bytes=0-9,{size}-"), 206, 10),
    ] {
        let part = range(&service, &url, &asked).await;
        assert_eq!((part.status, part.body.len() as u64), (status, length), "{asked}");
        assert_eq!(part.header("content-length"), length.to_string());
        // HEAD says what there is, whatever part of it is asked for.
        let head = Answer::of(service.request(Method::HEAD, &url).header("range", &asked)).await;
        assert_eq!((head.status, head.header("content-length")), (200, size.to_string().as_str()));
    }
    let several = range(&service, &url, "bytes=0-9, 100-109").await;
    let kind = several.header("content-type");
    let boundary = kind.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let part = |from: usize, to: usize| {
        let head = format!(
            "--{boundary}\r\nContent-Type: image/bmp\r\nContent-Range: bytes {from}-{to}/{size}\r\n\r\n"
        );
        [head.as_bytes(), &whole.body[from..=to], b"\r\n"].concat()
    };
    let expected = [part(0, 9), part(100, 109), format!("--{boundary}--\r\n").into_bytes()].concat();
    assert_eq!(several.status, 206);
    assert_eq!(several.body, expected);
    assert!(!several.headers.contains_key("content-range"));
}

#[tokio::test]
async fn conditions_and_validators() {
    let service = Service::start().await;
    let (_, url) = finished(&service, json!({"save": true})).await;
    let other = json!({"save": true, "converteroptions": {"width": 7}});
    let (_, other) = finished(&service, other).await;
    let head = Answer::of(service.request(Method::HEAD, &url)).await;
    let (tag, made) = (head.header("etag"), head.header("last-modified"));
    assert_ne!(tag, Answer::of(service.request(Method::HEAD, &other)).await.header("etag"));
    for (name, value, status) in [
        ("if-range", tag, 206),
        ("if-range", made, 206),
        ("if-range", "\"other\"", 200),
        ("if-range", "Sat, 01 Jan 2000 00:00:00 GMT", 200),
        ("if-range", "Mon, 01 Jan 2120 00:00:00 GMT", 200),
        ("if-range", "nonsense", 200),
        ("if-match", tag, 206),
        ("if-match", "*", 206),
        ("if-match", "\"other\"", 412),
        ("if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT", 412),
        ("if-none-match", tag, 304),
        ("if-none-match", "\"other\"", 206),
        ("if-modified-since", made, 304),
        ("if-modified-since", "Sat, 01 Jan 2000 00:00:00 GMT", 206),
    ] {
        let request = service.request(Method::GET, &url).header("range", "bytes=5-").header(name, value);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status, "{name}: {value}");
        if status != 412 {
            assert_eq!(answer.header("etag"), tag);
        }
    }
}
