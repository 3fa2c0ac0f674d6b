// One project's index in memory: immutable states that readers hold, and one writer that makes the next.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/catalogue.hpp"
#include "search/query.hpp"
#include "search/run.hpp"
#include "search/segment.hpp"

namespace oprag::search {

using PassageRef = std::uint32_t;  // valid for the snapshot that gave it

struct Candidate {
  PassageRef passage = 0;
  double score = 0;
  bool operator==(const Candidate&) const = default;
};

// A consistent state. Everything it answers depends on the live documents alone, never on when or in which order they
// came: adding one by one gives the very scores and ties of building at once.
class Snapshot {
 public:
  struct IndexedDocument {
    const Segment* segment = nullptr;  // as long as the snapshot
    PassageRef first = 0;              // its passages are first, first + 1, … in reading order
  };

  // The state after taking out `removed` and every older version of what is `added`, and adding that. Costs what the
  // new documents cost, plus merging: amortised O(log n) a passage.
  std::shared_ptr<const Snapshot> with(std::vector<std::shared_ptr<const Segment>> added,
                                       std::span<const DocumentId> removed) const;

  // By text hash, file name, id.
  std::span<const IndexedDocument> documents() const noexcept { return documents_; }
  std::size_t passage_count() const noexcept { return passages_; }
  const Passage& passage(PassageRef ref) const;
  // Index into documents().
  std::size_t document_of(PassageRef ref) const;

  // BM25F over body, headings and title. Best first, at most `count`; ties in the order of documents(), then of
  // reading. Passages that hold every quoted phrase go alone when there are any; otherwise quotes mean nothing.
  std::vector<Candidate> keyword(std::string_view question, std::size_t count) const;
  // Cosine. `vector`: dimension() values of unit length, else empty. Passages without a vector are no candidates.
  std::vector<Candidate> semantic(std::span<const float> vector, std::size_t count) const;
  bool has_vector(PassageRef ref) const;
  // The score that semantic() gives this passage; 0 without a vector.
  double similarity(std::span<const float> vector, PassageRef ref) const;
  // Whether the passage's text has the term.
  bool contains(PassageRef ref, std::string_view term) const;
  // The same of the headings and column heads that it stands under.
  bool is_headed(PassageRef ref, std::string_view term) const;
  // How rare a term (as terms_of writes it) is: ln(1 + (N - n + .5) / (n + .5)) over N passages.
  double rarity(std::string_view term) const;
  // Of the first vectors that came; 0 before. Vectors of another dimension are not searched.
  std::size_t dimension() const noexcept { return dimension_; }
  // In how many of a document's passages the text has the term: an index of documents() and the count, ascending, for
  // those that have it.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spread(std::string_view term) const;
  // Of documents(), by what they are called.
  const Catalogue& catalogue() const;

 private:
  // A run and which of its rows are live; `live` is null while all are.
  struct Part {
    std::shared_ptr<const Run> run;
    std::shared_ptr<const std::vector<bool>> live;
    std::size_t live_rows = 0;
    PassageRef first = 0;
    std::vector<std::uint32_t> documents;  // of each segment of the run: index into documents_; unused for a dead one

    bool is_live(std::uint32_t row) const { return !live || (*live)[row]; }
  };

  void keep_live_parts(const Snapshot& previous, std::span<const DocumentId> removed);
  void make_vector_tables();
  void compact();
  void number_documents();
  static Part part_of(std::vector<std::shared_ptr<const Segment>> segments, std::size_t dimension);
  static void append_live(const Part& part, std::vector<std::shared_ptr<const Segment>>& out);
  std::size_t part_index(PassageRef ref) const;

  const Posting* posting(PassageRef ref, std::string_view term) const;
  double idf(const Alternatives& word) const;
  std::vector<double> scores(const Part& part, const Query& query, std::span<const double> idfs) const;
  std::vector<Candidate> ranked(const Query& query, std::size_t count, bool with_phrases) const;
  bool ranks_before(const Candidate& a, const Candidate& b) const;

  std::size_t dimension_ = 0;
  std::vector<Part> parts_;  // each at least twice as large as all after it
  std::vector<IndexedDocument> documents_;
  std::vector<std::string> languages_;  // of the documents, each once
  std::size_t passages_ = 0;
  Lengths lengths_;  // sums over live passages
  mutable std::once_flag catalogued_;
  mutable Catalogue catalogue_;
};

// Readers take a snapshot and are never waited for; writers go one at a time.
class ProjectIndex {
 public:
  std::shared_ptr<const Snapshot> snapshot() const;
  // In place of any other version of the same document.
  void add(std::shared_ptr<const Segment> segment);
  // Does nothing when the document is not there.
  void remove(const DocumentId& document);
  // Many changes, seen at once.
  void update(std::vector<std::shared_ptr<const Segment>> added, std::span<const DocumentId> removed);

 private:
  mutable std::mutex current_mutex_;
  std::mutex writer_mutex_;
  std::shared_ptr<const Snapshot> current_ = std::make_shared<const Snapshot>();
};

}  // namespace oprag::search
