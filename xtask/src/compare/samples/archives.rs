//! Archives: names, modes, times, links, methods.

use super::Sample;

pub(super) fn all() -> Vec<Sample> {
    let tar = [
        ("plain", "echo one > a.txt; mkdir b; echo two > b/c.txt"),
        ("modes", "echo x > run; chmod 755 run; echo y > own; chmod 600 own; mkdir d; chmod 700 d"),
        ("times", "echo x > old; touch -d 1999-12-31T23:59:58Z old; mkdir d; touch -d 2005-05-05 d"),
        ("symbolic", "echo x > a; ln -s a b; mkdir d; ln -s ../a d/c"),
        ("hard", "echo x > a; ln a b; mkdir d; ln a d/c"),
        ("empty", "mkdir -p a/b/c; : > none"),
        ("names", "echo x > 'Größe 日本.txt'; echo y > 'with space'; echo z > 'quote’s'"),
        ("long-names", "d=$(printf 'x%.0s' $(seq 100)); mkdir -p $d/$d; echo x > $d/$d/$d"),
        ("case", "echo x > Readme; echo y > README"),
        ("sparse", "truncate -s 1M s; printf middle | dd of=s bs=1 seek=500000 conv=notrunc status=none"),
        ("many", "for n in $(seq 300); do echo $n > f$n; done"),
    ];
    let tars = tar.into_iter().map(|(name, made)| {
        let options = if name == "sparse" { "czSf" } else { "czf" };
        let line = format!("mkdir tar-{name}; cd tar-{name}; {made}; tar {options} $out *");
        Sample::new(name, "tar.gz", &["zip", "files"], line)
    });
    let zip = [
        ("plain", "echo one > a.txt; mkdir b; echo two > b/c.txt; zip -qr $out ."),
        ("modes", "echo x > run; chmod 755 run; echo y > own; chmod 600 own; zip -q $out *"),
        ("times", "echo x > old; touch -d 1999-12-31T23:59:58Z old; zip -q $out *"),
        ("symbolic", "echo x > a; ln -s a b; zip -qy $out *"),
        ("empty", "mkdir -p a/b; : > none; zip -qr $out ."),
        ("names", "echo x > 'Größe 日本.txt'; echo y > 'with space'; zip -q $out *"),
        ("stored", "echo x > a; zip -q -0 $out a"),
        ("bzip2", "seq 1000 > a; zip -q -Z bzip2 $out a"),
        ("deflate64", "seq 1000 > a; 7z a -mm=Deflate64 -tzip $out a"),
        ("lzma", "seq 1000 > a; 7z a -mm=LZMA -tzip $out a"),
        ("ppmd", "seq 1000 > a; 7z a -mm=PPMd -tzip $out a"),
        ("zip64", "seq 1000 | zip -q $out -"),
        ("comment", "echo x > a; echo note | zip -qz $out a"),
        ("before", "echo x > a; zip -q z.zip a; (echo rubbish; cat z.zip) > $out"),
        ("case", "echo x > Readme; echo y > README; zip -q $out *"),
    ];
    let zips = zip.into_iter().map(|(name, made)| {
        Sample::new(name, "zip", &["tar.gz", "files"], format!("mkdir zip-{name}; cd zip-{name}; {made}"))
    });
    let locked =
        [("zipcrypto", "zip -q -P secret $out a"), ("aes", "7z a -psecret -mem=AES256 -tzip $out a")];
    let locked = locked.into_iter().map(|(name, made)| {
        let line = format!("mkdir zip-{name}; cd zip-{name}; seq 1000 > a; {made}");
        Sample::new(name, "zip", &["tar.gz"], line).option("password", "secret")
    });
    tars.chain(zips).chain(locked).collect()
}
