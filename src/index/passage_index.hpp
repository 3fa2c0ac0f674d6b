// The index behind retrieval, as the rest of the program sees it: passages go in by document version, candidates come
// out with scores. Fusion, abstention and answering stand above and see nothing else, so that pgvector, OpenSearch or
// Bedrock can stand behind it. The built-in one is embedded_index.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "db/database.hpp"

namespace oprag::index {

struct Scope {
  CompanyId company;
  ProjectId project;
  auto operator<=>(const Scope&) const = default;
};

enum class PassageKind { prose, table, heading_only };

// What a passage's document looks like from retrieval.
struct DocumentInfo {
  DocumentId document;
  std::int64_t version = 1;
  std::string filename;     // as given
  std::string key_name;     // last part of the object key
  std::string title;        // as read from the document
  std::string text_sha256;  // of the extracted text
  std::string language;
  std::size_t passages = 0;
};

// A stretch of one page. Offsets are code points in the document version's extracted text; `text` is exactly that
// slice.
struct Passage {
  std::uint32_t document = 0;  // index into View::documents()
  std::uint32_t ordinal = 0;   // within the document
  std::int64_t start = 0, end = 0;
  std::optional<std::int64_t> page;  // 1-based
  PassageKind kind = PassageKind::prose;
  std::vector<std::string> headings;  // outermost first
  std::string table_head;             // column heads of the table that the passage continues; not part of `text`
  std::string text;
};

using PassageRef = std::uint32_t;  // valid for the view that gave it

struct Candidate {
  PassageRef passage = 0;
  double score = 0;
};

// A consistent state of one project's index. Cheap to hold; never changes.
class View {
 public:
  virtual ~View() = default;
  virtual std::span<const DocumentInfo> documents() const = 0;
  virtual std::size_t passage_count() const = 0;
  virtual const Passage& passage(PassageRef ref) const = 0;
  // The passages of one document in reading order.
  virtual std::span<const PassageRef> passages_of(std::uint32_t document) const = 0;

  // Best first, at most `count`; ties in an order that does not depend on when documents came. `question` is plain
  // text.
  virtual std::vector<Candidate> keyword(std::string_view question, std::size_t count) const = 0;
  // `vector`: the question's embedding, unit length. Empty when the generation holds no vectors of that embedder.
  virtual std::vector<Candidate> semantic(std::span<const float> vector, std::size_t count) const = 0;
  // Cosine of the question with one passage; 0 without vectors.
  virtual double similarity(std::span<const float> vector, PassageRef ref) const = 0;
  // How rare a word is among the passages: ln(1 + (N - n + .5) / (n + .5)).
  virtual double rarity(std::string_view term) const = 0;
};

// One document version on its way into the index.
struct Entry {
  DocumentInfo document;
  std::vector<Passage> passages;
  std::vector<std::vector<float>> vectors;  // one a passage, or none at all
};

class PassageIndex {
 public:
  virtual ~PassageIndex() = default;

  // Makes the passages durable but not yet visible; the token goes to publish. Idempotent: the same entry gives the
  // same token. Blocking: network or fsync.
  virtual std::string store(const Scope& scope, const std::string& generation, const Entry& entry) = 0;
  // Makes a stored entry visible in its generation, replacing every other version of its document there. In the
  // transaction that says "indexed".
  virtual void publish(db::Tenant& tenant, const Scope& scope, const std::string& generation, const Entry& entry,
                       const std::string& token) = 0;
  // Takes a document out of every generation, in the transaction that deletes it.
  virtual void retract(db::Tenant& tenant, const Scope& scope, const DocumentId& document) = 0;
  // The state that is committed now. Reads the project's revision, so that another node's change is seen.
  virtual std::shared_ptr<const View> open(const Scope& scope) = 0;
};

}  // namespace oprag::index
