"""boto3 against an object store: s3.py URL ACCESS SECRET BUCKET REGION. Prints what failed and a count.

The same for oprag's own store and for a bucket that oprag uses, but for what is `ours` alone."""
import io, sys, traceback, urllib.error, urllib.request, uuid

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

url, access, secret, bucket, region = sys.argv[1:6]
ours, root = bucket == "oprag-documents", f"client-test/{uuid.uuid4().hex}/"


def client(**config):
    return boto3.client("s3", endpoint_url=url, aws_access_key_id=access, aws_secret_access_key=config.pop("secret", secret),
                        region_name=config.pop("region", region),
                        config=Config(s3={"addressing_style": "path", **config.pop("s3", {})}, retries={"max_attempts": 1}, **config))


s3 = client()
checks = failures = 0


def check(name, right):
    global checks, failures
    checks += 1
    if not right:
        failures += 1
        print(f"boto3: FAILED {name}")


def refused(name, code, call, *status):
    try:
        call()
        check(f"{name}: not refused", False)
    except ClientError as error:
        got = error.response["Error"]["Code"]
        check(f"{name}: {got} instead of {code}", got in (code, *status))


def body(key, **more):
    return s3.get_object(Bucket=bucket, Key=root + key, **more)["Body"].read()


def basics():
    # SeaweedFS keeps no bytes at a key that ends like a folder.
    for key in ("a", "a/b", *(["dir/"] if ours else []), "sp ace+plus&amp;%25.txt", "ümläut/日本.pdf", "a//b", "q?x=1#y"):
        s3.put_object(Bucket=bucket, Key=root + key, Body=key.encode(), ContentType="text/x", Metadata={"who": "me"})
        got = s3.get_object(Bucket=bucket, Key=root + key)
        check(f"bytes of {key}", got["Body"].read() == key.encode())
        check(f"type of {key}", got["ContentType"] == "text/x" and got["Metadata"] == {"who": "me"})
    head = s3.head_object(Bucket=bucket, Key=root + "a")
    check("head", head["ContentLength"] == 1 and head["ETag"] == '"0cc175b9c0f1b6a831c399e269772661"')
    check("empty", s3.put_object(Bucket=bucket, Key=root + "empty", Body=b"") and body("empty") == b"")
    refused("absent", "NoSuchKey", lambda: body("absent"))
    refused("absent head", "404", lambda: s3.head_object(Bucket=bucket, Key=root + "absent"))
    refused("other bucket", "NoSuchBucket", lambda: s3.get_object(Bucket="other", Key="a"))
    s3.delete_object(Bucket=bucket, Key=root + "a")
    refused("deleted", "NoSuchKey", lambda: body("a"))
    check("delete twice", s3.delete_object(Bucket=bucket, Key=root + "a")["ResponseMetadata"]["HTTPStatusCode"] == 204)


def ranges_and_conditions():
    etag = s3.put_object(Bucket=bucket, Key=root + "r", Body=b"0123456789")["ETag"]
    for text, want in (("bytes=0-0", b"0"), ("bytes=5-", b"56789"), ("bytes=-3", b"789"), ("bytes=2-100", b"23456789")):
        got = s3.get_object(Bucket=bucket, Key=root + "r", Range=text)
        check(text, got["Body"].read() == want and got["ResponseMetadata"]["HTTPStatusCode"] == 206)
    refused("range", "InvalidRange", lambda: body("r", Range="bytes=10-"))
    check("if-match", body("r", IfMatch=etag) == b"0123456789")
    refused("if-match other", "PreconditionFailed", lambda: body("r", IfMatch='"x"'))
    refused("if-none-match", "304", lambda: body("r", IfNoneMatch=etag), "NotModified")
    refused("create only", "PreconditionFailed", lambda: s3.put_object(Bucket=bucket, Key=root + "r", Body=b"", IfNoneMatch="*"))
    refused("put if-match", "PreconditionFailed", lambda: s3.put_object(Bucket=bucket, Key=root + "r", Body=b"", IfMatch='"x"'))


def checksums():
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        put = s3.put_object(Bucket=bucket, Key=root + "c", Body=b"hello", ChecksumAlgorithm=algorithm)
        got = s3.get_object(Bucket=bucket, Key=root + "c", ChecksumMode="ENABLED")
        name = "Checksum" + algorithm
        check(f"put {algorithm}", put[name] == got[name] and got["Body"].read() == b"hello")
    refused("wrong checksum", "BadDigest", lambda: s3.put_object(Bucket=bucket, Key=root + "c", Body=b"hello", ChecksumCRC32="AAAAAA=="))
    streamed = client(request_checksum_calculation="when_supported")
    streamed.put_object(Bucket=bucket, Key=root + "stream", Body=io.BytesIO(b"x" * 300_000))
    check("streamed with a trailer", body("stream") == b"x" * 300_000)
    plain = client(request_checksum_calculation="when_required", s3={"payload_signing_enabled": True})
    plain.put_object(Bucket=bucket, Key=root + "signed", Body=b"signed payload")
    check("signed payload", body("signed") == b"signed payload")


def lists():
    keys = [f"{root}l/{group}/{i:04}" for group in ("x", "y") for i in range(30)] + [root + "l/top"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=root + "l/", PaginationConfig={"PageSize": 7})
    check("pages", [o["Key"] for page in pages for o in page.get("Contents", [])] == sorted(keys))
    one = s3.list_objects_v2(Bucket=bucket, Prefix=root + "l/", Delimiter="/")
    check("delimiter", [p["Prefix"] for p in one["CommonPrefixes"]] == [root + "l/x/", root + "l/y/"])
    check("delimiter keys", [o["Key"] for o in one["Contents"]] == [root + "l/top"] and one["KeyCount"] == 3)
    after = s3.list_objects_v2(Bucket=bucket, Prefix=root + "l/", StartAfter=root + "l/x/0027")
    check("start after", after["Contents"][0]["Key"] == root + "l/x/0028")
    check("first version", len(s3.list_objects(Bucket=bucket, Prefix=root + "l/")["Contents"]) == 61)
    gone = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    check("delete many", len(gone["Deleted"]) == 61 and s3.list_objects_v2(Bucket=bucket, Prefix=root + "l/")["KeyCount"] == 0)


def multipart():
    config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=3)
    big = bytes(range(256)) * (13 << 12)
    s3.upload_fileobj(io.BytesIO(big), bucket, root + "big", Config=config)
    out = io.BytesIO()
    s3.download_fileobj(bucket, root + "big", out, Config=config)
    check("multipart", out.getvalue() == big)
    check("multipart etag", s3.head_object(Bucket=bucket, Key=root + "big")["ETag"].endswith('-3"'))
    for algorithm in ("CRC32C", "SHA256", "CRC64NVME"):
        try:
            s3.upload_fileobj(io.BytesIO(big), bucket, root + "big2", Config=config, ExtraArgs={"ChecksumAlgorithm": algorithm})
            check(f"multipart {algorithm}", body("big2") == big)
        except Exception as error:
            if "crt" not in str(error).lower() and "crt" not in type(error).__name__.lower():
                raise
            print(f"boto3: {algorithm} needs awscrt, left out")
    s3.copy({"Bucket": bucket, "Key": root + "big"}, bucket, root + "big3", Config=config)
    check("copy in parts", body("big3") == big)
    upload = s3.create_multipart_upload(Bucket=bucket, Key=root + "left")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key=root + "left", UploadId=upload, PartNumber=1, Body=b"small")
    s3.upload_part(Bucket=bucket, Key=root + "left", UploadId=upload, PartNumber=2, Body=b"small")
    listed = s3.list_parts(Bucket=bucket, Key=root + "left", UploadId=upload)
    check("list parts", [p["PartNumber"] for p in listed["Parts"]] == [1, 2])
    check("list uploads", upload in [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket, Prefix=root)["Uploads"]])
    complete = lambda parts: s3.complete_multipart_upload(Bucket=bucket, Key=root + "left", UploadId=upload, MultipartUpload={"Parts": parts})
    refused("too small", "EntityTooSmall", lambda: complete([{"PartNumber": n, "ETag": part["ETag"]} for n in (1, 2)]))
    refused("order", "InvalidPartOrder", lambda: complete([{"PartNumber": n, "ETag": part["ETag"]} for n in (2, 1)]))
    refused("no such part", "InvalidPart", lambda: complete([{"PartNumber": 9, "ETag": part["ETag"]}]))
    s3.abort_multipart_upload(Bucket=bucket, Key=root + "left", UploadId=upload)
    refused("aborted", "NoSuchUpload", lambda: complete([{"PartNumber": 1, "ETag": part["ETag"]}]))


def copies_and_bucket():
    s3.put_object(Bucket=bucket, Key=root + "ä 1", Body=b"copied", Metadata={"k": "v"})
    s3.copy_object(Bucket=bucket, Key=root + "ä 2", CopySource={"Bucket": bucket, "Key": root + "ä 1"})
    check("copy", body("ä 2") == b"copied" and s3.head_object(Bucket=bucket, Key=root + "ä 2")["Metadata"] == {"k": "v"})
    s3.copy_object(Bucket=bucket, Key=root + "ä 2", CopySource={"Bucket": bucket, "Key": root + "ä 1"}, MetadataDirective="REPLACE", Metadata={"n": "w"})
    check("copy with other metadata", s3.head_object(Bucket=bucket, Key=root + "ä 2")["Metadata"] == {"n": "w"})
    check("head bucket", s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 200)
    refused("head other bucket", "404", lambda: s3.head_bucket(Bucket="other"))
    check("buckets", bucket in [b["Name"] for b in s3.list_buckets()["Buckets"]])
    if ours:
        check("location", s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == region)
        check("no other bucket", len(s3.list_buckets()["Buckets"]) == 1)
        refused("acl", "NotImplemented", lambda: s3.get_bucket_acl(Bucket=bucket))


def credentials():
    refused("wrong secret", "SignatureDoesNotMatch", lambda: client(secret="wrong").list_objects_v2(Bucket=bucket))
    if ours:
        refused("wrong region", "InvalidAccessKeyId", lambda: client(region="eu-west-1").list_objects_v2(Bucket=bucket))
    v4 = client(signature_version="s3v4")
    s3.put_object(Bucket=bucket, Key=root + "p", Body=b"presigned")
    link = v4.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": root + "p"}, ExpiresIn=60)
    check("presigned get", urllib.request.urlopen(link).read() == b"presigned")
    put = v4.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": root + "p2", "ContentType": "text/x"}, ExpiresIn=60)
    urllib.request.urlopen(urllib.request.Request(put, b"by url", {"Content-Type": "text/x"}, method="PUT"))
    check("presigned put", body("p2") == b"by url")
    for name, link in (("tampered", link.replace("/p?", "/p2?")), ("unsigned", link.split("?")[0]),
                       ("other type", put)):
        try:
            data = b"x" if name == "other type" else None
            urllib.request.urlopen(urllib.request.Request(link, data, {"Content-Type": "text/y"} if data else {}, method="PUT" if data else "GET"))
            check(name, False)
        except urllib.error.HTTPError as error:
            check(name, error.code == 403)


for group in (basics, ranges_and_conditions, checksums, lists, multipart, copies_and_bucket, credentials):
    try:
        group()
    except Exception:
        failures += 1
        print(f"boto3: FAILED {group.__name__}")
        traceback.print_exc()
left = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=root) for o in page.get("Contents", [])]
s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in left]})
print(f"boto3 {boto3.__version__}: {checks - failures} of {checks} checks passed, {failures} failed")
sys.exit(failures > 0)
