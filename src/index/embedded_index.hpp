// The index in the program itself: immutable segments as objects named by their hash, a row per segment and a revision
// per project in the store, and in memory one search::ProjectIndex per project that follows the rows.
#pragma once
#include <list>
#include <map>
#include <mutex>

#include "blobs/object_store.hpp"
#include "index/passage_index.hpp"

namespace oprag::index {

struct EmbeddedSettings {
  std::string embedder;               // name of the embedder that questions go to; empty: none
  std::size_t loaded_projects = 256;  // kept in memory; the one used longest ago goes first
};

class EmbeddedIndex final : public PassageIndex {
 public:
  EmbeddedIndex(db::Database& database, blobs::ObjectStore& objects, EmbeddedSettings settings);

  KnownVectors known_vectors(const Scope& scope, const DocumentId& document, const std::string& embedder) override;
  std::string store(const Scope& scope, const Entry& entry) override;
  std::optional<std::string> publish(db::Tenant& tenant, const Scope& scope, const std::string& generation,
                                     const Entry& entry, const std::string& token) override;
  void discard(const std::string& token) override;
  void retract(db::Tenant& tenant, const Scope& scope, const DocumentId& document) override;
  std::string current(db::Tenant& tenant, const ProjectId& project) override;
  bool advance(db::Tenant& tenant, const Scope& scope, const std::string& from, const std::string& to) override;
  std::shared_ptr<const View> open(const Scope& scope) override;

 private:
  struct Loaded;
  struct Manifest;
  std::shared_ptr<Loaded> loaded(const Scope& scope);
  void follow(Loaded& project, const Scope& scope, const Manifest& manifest);

  db::Database& database_;
  blobs::ObjectStore& objects_;
  EmbeddedSettings settings_;
  std::mutex mutex_;
  std::list<std::pair<Scope, std::shared_ptr<Loaded>>> recent_;  // most recently used first
};

}  // namespace oprag::index
