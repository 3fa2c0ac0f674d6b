#include "fuzz/targets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "blobs/s3_answers.hpp"
#include "blobs/s3_body.hpp"
#include "crypto/jwt.hpp"
#include "crypto/sigv4_check.hpp"
#include "http/framing.hpp"
#include "http/message.hpp"
#include "json/parse.hpp"
#include "models/event_stream.hpp"
#include "models/sse.hpp"
#include "models/wordpiece.hpp"
#include "outbound/upstream_error.hpp"
#include "search/segment.hpp"
#include "text/document.hpp"

namespace oprag::fuzz {
namespace {

void promise(bool holds, const char* words) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", words);
  std::abort();
}

// Boost.JSON reads a number of many digits to the last place but one.
bool alike(const boost::json::value& a, const boost::json::value& b) {
  if (a.is_double() && b.is_double()) {
    return std::abs(a.get_double() - b.get_double()) <= 1e-14 * std::abs(a.get_double());
  }
  if (a.is_array() && b.is_array()) return std::ranges::equal(a.get_array(), b.get_array(), alike);
  if (a.is_object() && b.is_object()) {
    return a.get_object().size() == b.get_object().size() &&
           std::ranges::all_of(a.get_object(), [&](const auto& member) {
             const auto* other = b.get_object().if_contains(member.key());
             return other && alike(member.value(), *other);
           });
  }
  return a == b;
}

void json_text(const std::string& bytes) {
  try {
    const auto value = json::parse(bytes);
    promise(alike(json::parse(boost::json::serialize(value)), value),
            "what was parsed can be written and parsed again");
  } catch (const json::SyntaxError&) {
  } catch (const json::DuplicateMember&) {
  }
}

void http_head(const std::string& bytes) {
  const auto length = http::head_length(bytes);
  if (!length || *length == 0) return;
  promise(*length <= bytes.size(), "a head is no longer than what arrived");
  const auto head = http::parse_head(std::string_view(bytes).substr(0, *length));
  if (head) promise(!(head->chunked && head->request.content_length), "a body has one length");
}

void http_target(const std::string& bytes) {
  http::Request request;
  if (!bytes.starts_with('/')) return;
  if (http::read_target(request, bytes))
    promise(request.path.find('\0') == std::string::npos, "a path has no NUL in it");
}

// By what the name says and by what the bytes are; small limits, so that bombs end early.
void document(const std::string& bytes, const std::string& filename) {
  const text::Limits limits{
      .pages = 50, .text_bytes = 200'000, .unpacked_bytes = 2'000'000, .unpack_ratio = 100, .archive_entries = 100};
  const auto read = text::read(bytes, filename, limits);
  if (read) promise(text::decode(text::encode(*read)).has_value(), "a document that was read is a valid one");
}

void stored_document(const std::string& bytes) {
  const auto decoded = text::decode(bytes);
  if (decoded) promise(text::decode(text::encode(*decoded)).has_value(), "a valid document stays one");
}

void stored_segment(const std::string& bytes) {
  const auto decoded = search::decode(bytes);
  if (decoded) promise(search::decode(search::encode(*decoded)).has_value(), "a valid segment stays one");
}

void word_pieces(const std::string& bytes) {
  static const models::WordPiece pieces({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##a", "b", "##b", "é", "##1"},
                                        models::WordPiece::Case::fold);
  promise(pieces.encode(bytes, 16).size() <= 16, "no more tokens than were asked for");
}

void token(const std::string& bytes) {
  const auto parsed = crypto::parse_jwt(bytes);
  if (parsed) promise(!parsed->kid.empty(), "a token names its key");
}

// `read(out, step)` reads the bytes in pieces of `step`.
void same_however_cut(const std::string& bytes, const auto& read) {
  std::string whole, pieces;
  try {
    read(whole, bytes.size() + 1);
    read(pieces, 1);
  } catch (const outbound::UpstreamError&) {
    return;
  }
  promise(whole == pieces, "a stream means the same however it is cut");
}

void feed(auto& parser, const std::string& bytes, std::size_t step) {
  for (std::size_t at = 0; at < bytes.size(); at += step) parser.feed(std::string_view(bytes).substr(at, step));
  parser.finish();
}

void event_stream(const std::string& bytes) {
  same_however_cut(bytes, [&](std::string& out, std::size_t step) {
    models::SseParser parser([&](std::string_view data) { out.append(data).append("\x1e"); });
    feed(parser, bytes, step);
  });
}

void framed_events(const std::string& bytes) {
  same_however_cut(bytes, [&](std::string& out, std::size_t step) {
    models::EventStreamParser parser(
        [&](const models::EventMessage& m) { out.append(m.type).append(m.name).append(m.payload).append("\x1e"); });
    feed(parser, bytes, step);
  });
}

// Method, path, then "?name=value" and "name:value" lines.
crypto::SignedCall call_of(const std::string& bytes) {
  crypto::SignedCall call;
  std::istringstream lines(bytes);
  std::getline(lines, call.method);
  std::getline(lines, call.path);
  for (std::string line; std::getline(lines, line);) {
    const bool query = line.starts_with('?');
    const auto at = line.find(query ? '=' : ':');
    if (at == std::string::npos) continue;
    (query ? call.query : call.headers).emplace_back(line.substr(query, at - query), line.substr(at + 1));
  }
  return call;
}

void signed_call(const std::string& bytes) {
  const auto call = call_of(bytes);
  const crypto::SigningScope scope{"eu-central-1", "s3"};
  const crypto::SigningKey key{.access_key = "AK", .secret_key = "that no input was signed with"};
  const auto now = crypto::parse_amz_time("20260102T030405Z").value();
  (void)crypto::access_key_of(call);
  crypto::CheckedSignature checked;
  promise(check_presigned(call, now, scope, key).has_value(), "no URL is taken that nobody signed");
  promise(check_signed_headers(call, now, scope, key, checked).has_value(), "no call is taken that nobody signed");
}

class Bytes final : public http::BodyReader {
 public:
  Bytes(std::string_view bytes, std::size_t step) : left_(bytes), step_(step) {}
  std::size_t read(std::span<char> into) override {
    const auto size = left_.substr(0, step_).copy(into.data(), into.size());
    left_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view left_;
  std::size_t step_;
};

void aws_chunks(const std::string& bytes) {
  const auto read = [&](std::size_t step) -> std::optional<std::string> {
    Bytes raw(bytes, step);
    blobs::AwsChunks chunks(raw, {}, true);
    std::string out;
    std::array<char, 61> piece;
    try {
      while (const auto size = chunks.read(piece)) out.append(piece.data(), size);
    } catch (const blobs::S3Error&) {
      return {};
    }
    return out;
  };
  const auto whole = read(bytes.size() + 1);
  promise(whole == read(1), "a body means the same however it is cut");
  promise(!whole || whole->size() <= bytes.size(), "a body is no longer than what arrived");
}

}  // namespace

const std::map<std::string, std::function<void(const std::string&)>>& targets() {
  const auto file = [](const char* name) { return [name](const std::string& bytes) { document(bytes, name); }; };
  static const std::map<std::string, std::function<void(const std::string&)>> all{
      {"json", json_text},
      {"http_head", http_head},
      {"http_target", http_target},
      {"html", file("a.html")},
      {"markdown", file("a.md")},
      {"csv", file("a.csv")},
      {"plain", file("a.txt")},
      {"office", file("a.docx")},
      {"pdf", file("a.pdf")},
      {"stored_document", stored_document},
      {"stored_segment", stored_segment},
      {"word_pieces", word_pieces},
      {"token", token},
      {"event_stream", event_stream},
      {"framed_events", framed_events},
      {"signed_call", signed_call},
      {"aws_chunks", aws_chunks},
  };
  return all;
}

}  // namespace oprag::fuzz
