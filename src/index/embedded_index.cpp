#include "index/embedded_index.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/mutant.hpp"
#include "crypto/hash.hpp"
#include "index/prepare.hpp"
#include "index/snapshot_view.hpp"
#include "search/vectors.hpp"

namespace oprag::index {

std::string Generation::name() const {
  return "extractor=" + extractor + ";tokens=" + std::to_string(chunk_tokens) +
         ";overlap=" + std::to_string(chunk_overlap) + ";terms=" + terms + ";embedder=" + embedder +
         ";language=" + language;
}

namespace {

constexpr int reload_attempts = 3;
constexpr std::size_t versions_read = 2;  // for their vectors

constexpr std::string_view begin_manifest = R"(
  INSERT INTO index_manifests (company_id, project_id, generation, revision) VALUES ($1, $2, $3, 0)
  ON CONFLICT (company_id, project_id) DO NOTHING)";

constexpr std::string_view next_revision = R"(
  UPDATE index_manifests SET revision = revision + 1 WHERE company_id = $1 AND project_id = $2 RETURNING revision)";

constexpr std::string_view replace_versions = R"(
  UPDATE index_segments SET removed_revision = $5
  WHERE company_id = $1 AND project_id = $2 AND generation = $3 AND document_id = $4 AND removed_revision IS NULL)";

constexpr std::string_view add_segment = R"(
  INSERT INTO index_segments (company_id, project_id, generation, document_id, version, object_key, passages, added_revision)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (company_id, project_id, generation, document_id, version)
  DO UPDATE SET object_key = $6, passages = $7, added_revision = $8, removed_revision = NULL)";

constexpr std::string_view object_of_version = R"(
  SELECT object_key FROM index_segments
  WHERE company_id = $1 AND project_id = $2 AND generation = $3 AND document_id = $4 AND version = $5)";

constexpr std::string_view names_object =
    "SELECT 1 FROM index_segments WHERE company_id = $1 AND project_id = $2 AND object_key = $3 LIMIT 1";

constexpr std::string_view changed_segments = R"(
  SELECT document_id, object_key, CASE WHEN removed_revision IS NULL THEN 0 ELSE 1 END AS removed FROM index_segments
  WHERE company_id = $1 AND project_id = $2 AND generation = $3 AND (added_revision > $4 OR removed_revision > $4)
  ORDER BY document_id, version)";

struct Change {
  DocumentId document_id;
  std::string object_key;
  bool removed = false;
};
BOOST_DESCRIBE_STRUCT(Change, (), (document_id, object_key, removed))

struct Made {
  std::string generation;
  std::string object_key;
};
BOOST_DESCRIBE_STRUCT(Made, (), (generation, object_key))

// Whether the generation's vectors were made by the embedder that questions go to.
bool same_embedder(const std::string& generation, const std::string& embedder) {
  return !embedder.empty() && generation.find(";embedder=" + embedder + ";") != std::string::npos;
}

}  // namespace

struct EmbeddedIndex::Manifest {
  std::string generation;
  std::int64_t revision = 0;
  BOOST_DESCRIBE_CLASS(Manifest, (), (generation, revision), (), ())
};

struct EmbeddedIndex::Loaded {
  std::mutex mutex;  // one thread follows the rows at a time; readers hold snapshots
  std::string generation;
  std::int64_t revision = -1;
  std::unique_ptr<search::ProjectIndex> index;
  std::shared_ptr<const View> view;
};

EmbeddedIndex::EmbeddedIndex(db::Database& database, blobs::ObjectStore& objects, EmbeddedSettings settings)
    : database_(database), objects_(objects), settings_(std::move(settings)) {}

KnownVectors EmbeddedIndex::known_vectors(const Scope& scope, const DocumentId& document, const std::string& embedder) {
  const auto segments = database_.read(scope.company, [&](db::Tenant& tenant) {
    return tenant.all<Made>(
        "SELECT generation, object_key FROM index_segments "
        "WHERE company_id = $1 AND project_id = $2 AND document_id = $3 ORDER BY added_revision DESC",
        scope.project, document);
  });
  KnownVectors out;
  std::size_t read = 0;
  for (const auto& made : segments) {
    if (!same_embedder(made.generation, embedder)) continue;
    const auto bytes = objects_.get(made.object_key);  // what was removed may be gone
    const auto segment = bytes ? search::decode(*bytes) : std::unexpected(std::string("gone"));
    if (!segment) continue;
    for (std::size_t i = 0; i < segment->scales.size() && segment->scales[i] != 0; ++i) {
      const auto values = std::span(segment->vectors).subspan(i * segment->dimension, segment->dimension);
      out.try_emplace(embedded_text(segment->document, segment->passages[i]),
                      search::restored(values, segment->scales[i]));
    }
    if (++read == versions_read) break;
  }
  return out;
}

std::string EmbeddedIndex::store(const Scope& scope, const Entry& entry) {
  const auto bytes = search::encode(search::make_segment(entry.document, entry.passages, entry.vectors));
  // Under its company and project: the same text of another company is another object.
  const auto owner = mutant("segment key") ? "all" : scope.company.value + "/" + scope.project.value;
  const auto key = "index/" + owner + "/" + crypto::sha256_hex(bytes) + ".seg";
  objects_.put(key, bytes);  // also when it is there: what is new is not swept before its row is committed
  return key;
}

std::optional<std::string> EmbeddedIndex::publish(db::Tenant& tenant, const Scope& scope, const std::string& generation,
                                                  const Entry& entry, const std::string& token) {
  tenant.exec(begin_manifest, scope.project, generation);
  const auto revision = tenant.scalar<std::int64_t>(next_revision, scope.project).value();
  const auto before = tenant.scalar<std::string>(object_of_version, scope.project, generation, entry.document.id,
                                                 entry.document.version);
  tenant.exec(replace_versions, scope.project, generation, entry.document.id, revision);
  tenant.exec(add_segment, scope.project, generation, entry.document.id, entry.document.version, token,
              static_cast<std::int64_t>(entry.passages.size()), revision);
  if (!before || tenant.scalar<std::int64_t>(names_object, scope.project, *before)) return {};
  return before;
}

void EmbeddedIndex::discard(const std::string& token) {
  objects_.remove(token);
}

void EmbeddedIndex::retract(db::Tenant& tenant, const Scope& scope, const DocumentId& document) {
  const auto revision = tenant.scalar<std::int64_t>(next_revision, scope.project);
  if (!revision) return;  // nothing was ever indexed
  tenant.exec(
      "UPDATE index_segments SET removed_revision = $4 "
      "WHERE company_id = $1 AND project_id = $2 AND document_id = $3 AND removed_revision IS NULL",
      scope.project, document, *revision);
}

std::string EmbeddedIndex::current(db::Tenant& tenant, const ProjectId& project) {
  return tenant
      .scalar<std::string>("SELECT generation FROM index_manifests WHERE company_id = $1 AND project_id = $2", project)
      .value_or("");
}

bool EmbeddedIndex::advance(db::Tenant& tenant, const Scope& scope, const std::string& from, const std::string& to) {
  return tenant.exec(
             "UPDATE index_manifests SET generation = $4, building = NULL, revision = revision + 1 "
             "WHERE company_id = $1 AND project_id = $2 AND generation = $3",
             scope.project, from, to) > 0;
}

std::shared_ptr<EmbeddedIndex::Loaded> EmbeddedIndex::loaded(const Scope& scope) {
  const std::lock_guard lock(mutex_);
  const auto known = mutant("index cache") ? recent_.begin()
                                           : std::ranges::find(recent_, scope, &decltype(recent_)::value_type::first);
  if (known != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, known);
  } else {
    recent_.emplace_front(scope, std::make_shared<Loaded>());
    if (recent_.size() > settings_.loaded_projects) recent_.pop_back();
  }
  return recent_.front().second;
}

void EmbeddedIndex::follow(Loaded& project, const Scope& scope, const Manifest& manifest) {
  if (project.generation != manifest.generation) {
    project.index.reset();
    project.revision = -1;
    project.generation = manifest.generation;
  }
  const auto changes = database_.read(scope.company, [&](db::Tenant& tenant) {
    return tenant.all<Change>(changed_segments, scope.project, manifest.generation, project.revision);
  });
  std::vector<std::shared_ptr<const search::Segment>> added;
  std::vector<DocumentId> removed;
  for (const auto& change : changes) {
    if (change.removed) {
      removed.push_back(change.document_id);
      continue;
    }
    const auto bytes = objects_.get(change.object_key);
    if (!bytes) throw std::runtime_error("a segment is missing: " + change.object_key);
    auto segment = search::decode(*bytes);
    if (!segment) throw std::runtime_error("a segment is damaged: " + change.object_key + ": " + segment.error());
    added.push_back(std::make_shared<const search::Segment>(*std::move(segment)));
  }
  if (!project.index) project.index = std::make_unique<search::ProjectIndex>();
  project.index->update(std::move(added), removed);
  project.revision = manifest.revision;
  project.view = view_of(project.index->snapshot(), same_embedder(project.generation, settings_.embedder));
}

std::shared_ptr<const View> EmbeddedIndex::open(const Scope& scope) {
  const auto project = loaded(scope);
  for (int attempt = 1;; ++attempt) {
    const auto manifest = database_.read(scope.company, [&](db::Tenant& tenant) {
      return tenant.one<Manifest>(
          "SELECT generation, revision FROM index_manifests WHERE company_id = $1 AND project_id = $2", scope.project);
    });
    if (!manifest) return view_of(std::make_shared<search::Snapshot>(), false);
    const std::lock_guard lock(project->mutex);
    if (project->view && project->generation == manifest->generation && project->revision >= manifest->revision) {
      return project->view;
    }
    try {
      follow(*project, scope, *manifest);
      return project->view;
    } catch (const std::exception& e) {
      // Another node may have removed an object between our look at the rows and at the object: look again.
      project->revision = -1;
      project->index.reset();
      project->view.reset();
      log::warn("an index could not be loaded", {{"project", scope.project.value}, {"error", e.what()}});
      if (attempt == reload_attempts) throw;
    }
  }
}

}  // namespace oprag::index
