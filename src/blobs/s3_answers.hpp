// What the S3 face says: errors and documents in XML, and the headers that let a browser read them.
#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace oprag::blobs {

// A refusal as S3 words it; the face makes the answer of it.
struct S3Error : std::runtime_error {
  S3Error(int http_status, std::string s3_code, const std::string& message)
      : std::runtime_error(message), status(http_status), code(std::move(s3_code)) {}
  int status;
  std::string code;
};

std::string xml_text(std::string_view text);
// <name>text</name>
std::string element(std::string_view name, std::string_view text);
http::Response xml_answer(std::string_view root, const std::string& inner, int status = 200);
http::Response error_answer(const http::Request& request, const S3Error& error);
// Signed requests are their own permission, so any page may send one; none is credentialed.
void allow_origins(http::Response& response);
http::Response preflight(const http::Request& request);

// "0" … without sign, space or overflow.
std::optional<std::int64_t> whole_number(std::string_view text);

struct ByteRange {
  std::int64_t first = 0, last = 0;
};
// The one range of "bytes=…"; nothing when there is none, or several, or it is malformed: then all is sent. Throws
// InvalidRange (416).
std::optional<ByteRange> range_of(std::string_view header, std::int64_t size);

// Throws 412 or 304 unless If-Match, If-None-Match (and the dates, without them) let this object through. `prefix` is
// "x-amz-copy-source-" for the source of a copy.
void check_conditions(const http::Request& request, std::string_view etag, std::int64_t modified_ms, bool reading,
                      const std::string& prefix = "");

}  // namespace oprag::blobs
