"""Whether data that the document allows is accepted, but for what no schema can say."""
import re
import unicodedata

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

# Why a request may still be refused: by what is there, or by one member's relation to another.
WORDS = (
    r"cursor is not one of this list", r"type is not the type of an activity", r"model must be one of GET /v1/models",
    r"(question|prompt|prompts\[\d+\]) must have at most \d+ characters",  # the project's own limit
    r"from and to must be at most 400 days apart", r"from must be before to", r"start and end go together, start first",
    r"indexing\.chunkOverlap must be at most half of indexing\.chunkTokens",
    r"A company keeps at least one owner", r"User is already active", r"The file was not uploaded to uploadUrl",
    r"No test prompts to run", r"No documents ready for sync", r"The project is not ready to deploy",
    r"Deploy the project before (creating a live key|rotating its key)", r"filename must not hold / or \\",
    r"No OCR engine is configured in this installation", r"No reranker is configured in this installation",
    r"allowedOrigins\[\d+\] must be an origin such as https://www.example.com",  # a port and an IPv6 address that exist
    r"The resource has changed since it was read", r"This Idempotency-Key was used with another body",
)


def is_blank(text):
    """Nothing to see: schemas count white space and control characters as characters."""
    return isinstance(text, str) and all(unicodedata.category(c)[0] in "ZC" for c in text)


def blank_strings(value):
    if isinstance(value, dict):
        return any(blank_strings(each) for each in value.values())
    if isinstance(value, list):
        return any(blank_strings(each) for each in value)
    return is_blank(value)


@schemathesis.check
def valid_data_is_accepted(ctx, response, case):
    if response.status_code in (400, 412, 422):
        words = response.json()["error"]
        if any(re.fullmatch(each, words) for each in WORDS):
            return None
        if words.endswith(" is required") and blank_strings(case.body):
            return None
    return positive_data_acceptance(ctx, response, case)
