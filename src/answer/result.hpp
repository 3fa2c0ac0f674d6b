// What an answer is made of. These structs are the API's bodies and the stored messages too: one object, serialised
// once.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "json/types.hpp"

namespace oprag::answer {

inline constexpr std::size_t max_sources = 5;
inline constexpr std::size_t max_source_pages = 3;

// One cited place. `excerpt` equals [start, end) of the extracted text of this document version, in Unicode code
// points, and never crosses a page.
struct Source {
  std::string title;  // last part of the object key: "{uuid}-{filename}"
  std::string excerpt;
  json::Omittable<std::int64_t> page_number;  // 1-based; left out for formats without pages
  DocumentId document_id;
  std::int64_t version = 1;
  std::string filename;
  std::string text_sha256;
  std::int64_t start = 0, end = 0;
  double score = 0;
};
BOOST_DESCRIBE_STRUCT(Source, (),
                      (title, excerpt, page_number, document_id, version, filename, text_sha256, start, end, score))

enum class Support { verbatim, supported, unverified };
BOOST_DESCRIBE_ENUM(Support, verbatim, supported, unverified)

// Which part of the answer (code points) stands on which of the sources.
struct Citation {
  std::int64_t answer_start = 0, answer_end = 0;
  std::int64_t source = 0;
  Support support = Support::unverified;
};
BOOST_DESCRIBE_STRUCT(Citation, (), (answer_start, answer_end, source, support))

enum class Reason { no_documents, no_match, low_confidence, unverified };
BOOST_DESCRIBE_ENUM(Reason, no_documents, no_match, low_confidence, unverified)

struct Scores {
  std::optional<double> keyword, semantic, fused, rerank;
};
BOOST_DESCRIBE_STRUCT(Scores, (), (keyword, semantic, fused, rerank))

// One passage that retrieval found, before anything is answered.
struct SearchResult : Source {
  std::string text;  // the whole passage
  std::int64_t text_start = 0, text_end = 0;
  std::vector<std::string> headings;
  Scores scores;
};
BOOST_DESCRIBE_STRUCT(SearchResult, (Source), (text, text_start, text_end, headings, scores))

struct Explanation {
  std::string resolved_question;
  double threshold = 0;
  double best_score = 0;
  std::vector<SearchResult> nearest;  // at most 5
};
BOOST_DESCRIBE_STRUCT(Explanation, (), (resolved_question, threshold, best_score, nearest))

struct Result {
  std::string answer;
  bool answered = false;
  std::optional<Reason> reason;  // set when not answered
  std::vector<Source> sources;
  std::vector<Citation> citations;
  bool degraded = false;  // the model or the embedder failed, and what needs neither stands in
  Explanation explanation;
};

// One earlier exchange of the conversation, oldest first.
struct Turn {
  std::string question;
  std::string answer;
  bool answered = false;
  std::vector<Source> sources;
};

}  // namespace oprag::answer
