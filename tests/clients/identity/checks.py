"""What the scripts beside this share: what the installation says of itself, boto3 for its provider, and checks, counted."""
import json
import sys
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

base = sys.argv[1].rstrip("/")
with urllib.request.urlopen(base + "/config") as answer:
    config = json.load(answer)
client_id = config["userPoolClientId"]
count = 0


def provider(access=None, secret=None):
    """Signs what it sends with the key; without one it signs nothing."""
    unsigned = {} if access else {"signature_version": UNSIGNED}
    return boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=config["cognitoEndpoint"],
                        aws_access_key_id=access, aws_secret_access_key=secret,
                        config=Config(retries={"max_attempts": 0}, **unsigned))


def check(condition, words):
    global count
    assert condition, words
    count += 1


def refused(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        check(error.response["Error"]["Code"] == code, f"wanted {code}, got {error}")
    else:
        raise AssertionError("not refused: " + code)
