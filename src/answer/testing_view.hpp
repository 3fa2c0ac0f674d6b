// A project's index made of texts, for tests.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "crypto/hash.hpp"
#include "index/snapshot_view.hpp"

namespace oprag::answer::testing {

struct Made {
  std::string filename;
  std::vector<std::string> passages;
  std::vector<search::Attribute> attributes = {};
  index::PassageKind kind = index::PassageKind::prose;
  std::vector<std::string> headings = {};        // one a passage, or none
  bool paged = true;                             // a page a passage
  std::vector<std::vector<float>> vectors = {};  // one a passage, or none
};

inline std::shared_ptr<const index::View> view_of(const std::vector<Made>& documents) {
  search::ProjectIndex out;
  for (const auto& made : documents) {
    std::string all;
    std::vector<index::Passage> passages;
    for (const auto& text : made.passages) {
      const auto start = static_cast<std::int64_t>(all.size());  // tests write ASCII
      all += text + "\n";
      passages.push_back({.start = start,
                          .end = start + static_cast<std::int64_t>(text.size()),
                          .page = made.paged ? std::optional<std::int64_t>(passages.size() + 1) : std::nullopt,
                          .kind = made.kind,
                          .headings = made.headings.empty() ? std::vector<std::string>()
                                                            : std::vector{made.headings.at(passages.size())},
                          .text = text});
    }
    index::Document document{.id = {"doc_" + made.filename},
                             .filename = made.filename,
                             .key_name = "u-" + made.filename,
                             .text_sha256 = crypto::sha256_hex(all),
                             .language = "en",
                             .attributes = made.attributes};
    out.add(std::make_shared<const search::Segment>(
        search::make_segment(std::move(document), std::move(passages), made.vectors)));
  }
  return index::view_of(out.snapshot(), true);
}

}  // namespace oprag::answer::testing
