#include "fuzz/targets.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "crypto/jwt.hpp"
#include "http/framing.hpp"
#include "http/message.hpp"
#include "json/parse.hpp"
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

void event_stream(const std::string& bytes) {
  std::string whole, pieces;
  const auto read = [&](std::string& out, std::size_t step) {
    models::SseParser parser([&](std::string_view data) { out.append(data).append("\x1e"); });
    for (std::size_t at = 0; at < bytes.size(); at += step) parser.feed(std::string_view(bytes).substr(at, step));
    parser.finish();
  };
  try {
    read(whole, bytes.size() + 1);
    read(pieces, 1);
  } catch (const outbound::UpstreamError&) {
    return;
  }
  promise(whole == pieces, "a stream means the same however it is cut");
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
  };
  return all;
}

}  // namespace oprag::fuzz
