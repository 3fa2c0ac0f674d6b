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
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "db/database.hpp"
#include "search/project_index.hpp"

namespace oprag::index {

struct Scope {
  CompanyId company;
  ProjectId project;
  auto operator<=>(const Scope&) const = default;
};

using search::Candidate;
using search::Document;
using search::Passage;
using search::PassageKind;
using search::PassageRef;

// Everything that decides what a stored segment means. A change of any part is another generation.
struct Generation {
  std::string extractor;  // version of the reader
  std::int64_t chunk_tokens = 0, chunk_overlap = 0;
  std::string terms;     // version of the tokenizer
  std::string embedder;  // name with the hash of its weights; empty: none
  std::string language;
  // "extractor=…;tokens=…": its name in the store.
  std::string name() const;
};

// A consistent state of one project's index. Cheap to hold; never changes.
class View {
 public:
  virtual ~View() = default;
  virtual std::size_t document_count() const = 0;
  // In the order of text hash, file name and id.
  virtual const Document& document(std::size_t index) const = 0;
  virtual std::size_t passage_count() const = 0;
  virtual const Passage& passage(PassageRef ref) const = 0;
  virtual std::size_t document_of(PassageRef ref) const = 0;

  // Best first, at most `count`; ties in an order that does not depend on when documents came. `question` is plain
  // text.
  virtual std::vector<Candidate> keyword(std::string_view question, std::size_t count) const = 0;
  // `vector`: the question's embedding, unit length. Empty when the generation holds no vectors of that embedder.
  virtual std::vector<Candidate> semantic(std::span<const float> vector, std::size_t count) const = 0;
  // Whether the passage can be compared with a question's embedding.
  virtual bool has_vector(PassageRef ref) const = 0;
  // Cosine of the question with one passage; 0 without vectors.
  virtual double similarity(std::span<const float> vector, PassageRef ref) const = 0;
  // Whether the passage's text, not what stands around it, has the term.
  virtual bool contains(PassageRef ref, std::string_view term) const = 0;
  // The same of the headings and column heads that it stands under.
  virtual bool is_headed(PassageRef ref, std::string_view term) const = 0;
  // How rare a term is among the passages: ln(1 + (N - n + .5) / (n + .5)).
  virtual double rarity(std::string_view term) const = 0;
  // In how many of a document's passages the text has the term: document and count, ascending, for those that have it.
  virtual std::vector<std::pair<std::uint32_t, std::uint32_t>> spread(std::string_view term) const = 0;
  // The documents by what they are called.
  virtual const search::Catalogue& catalogue() const = 0;
};

// One document version on its way into the index.
struct Entry {
  Document document;
  std::vector<Passage> passages;
  std::vector<std::vector<float>> vectors;  // one a passage, or none at all: then it is found by its words only
};

// By what was embedded.
using KnownVectors = std::unordered_map<std::string, std::vector<float>>;

class PassageIndex {
 public:
  virtual ~PassageIndex() = default;

  // Vectors that this embedder made of a document's other versions, and for other generations: what stayed the same
  // need not be embedded again. An index that does not keep them knows none.
  virtual KnownVectors known_vectors(const Scope&, const DocumentId&, const std::string& /*embedder*/) { return {}; }

  // Makes the passages durable but not yet visible; the token goes to publish. Idempotent: the same entry gives the
  // same token. Blocking: network or fsync.
  virtual std::string store(const Scope& scope, const Entry& entry) = 0;
  // Makes a stored entry visible in its generation, replacing every other version of its document there. In the
  // transaction that says "indexed". The token of what the same version had there before, if nothing names it any more:
  // to be discarded once the transaction has been committed.
  virtual std::optional<std::string> publish(db::Tenant& tenant, const Scope& scope, const std::string& generation,
                                             const Entry& entry, const std::string& token) = 0;
  virtual void discard(const std::string& /*token*/) {}
  // Takes a document out of every generation, in the transaction that deletes it.
  virtual void retract(db::Tenant& tenant, const Scope& scope, const DocumentId& document) = 0;
  // The generation that answers; empty before the first publish.
  virtual std::string current(db::Tenant& tenant, const ProjectId& project) = 0;
  // Lets another generation answer, if the one that answers is still `from`.
  virtual bool advance(db::Tenant& tenant, const Scope& scope, const std::string& from, const std::string& to) = 0;
  // The state that is committed now. Reads the project's revision, so that another node's change is seen.
  virtual std::shared_ptr<const View> open(const Scope& scope) = 0;
};

}  // namespace oprag::index
