//! A local service that speaks the CloudConvert API and really converts files.
